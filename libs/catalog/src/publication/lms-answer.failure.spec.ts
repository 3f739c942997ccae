import { LmsCredentialsMissingError, LmsDiffersError, LmsRefusedError, LmsTokenRefusedError, LmsUnansweredError } from '#lms';
import { lmsFailure } from './lms-answer.failure.js';
import { reportsOf } from './publication-gate.service.js';
import { publicationFailure, type PublicationEnd } from './publication.end.js';
import { OutOfTimeError } from './timed-calls.js';

const refused = (status: number, words = '', retryAfterMs: number | null = null) => lmsFailure(new LmsRefusedError(status, words, retryAfterMs), 'publish');
const unanswered = (end: 'timeout' | 'network' | 'unreadable', mayHaveArrived: boolean) => new LmsUnansweredError({ end, mayHaveArrived, detail: 'No answer.' });

describe('an answer of the LMS', () => {
  it.each([
    [400, 'Course x does not exist.', { kind: 'rejected', passing: false, detail: 'Course x does not exist.' }],
    [400, '', { kind: 'rejected', passing: false, detail: 'The LMS refused the course.' }],
    [401, '', { kind: 'configuration', passing: true, everywhere: true, detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') }],
    [403, 'You do not have permission.', { kind: 'configuration', passing: true, everywhere: true, detail: 'You do not have permission.' }],
    [404, '', { kind: 'configuration', passing: true, everywhere: true }],
    [404, 'Not found.', { kind: 'rejected', passing: false, everywhere: false }],
    [301, '', { kind: 'configuration', passing: true, everywhere: true, detail: expect.stringContaining('LMS_URL') }],
    [413, '', { kind: 'rejected', passing: false, everywhere: false }],
    [408, '', { kind: 'server', passing: true, mayArrive: true }],
    [429, '', { kind: 'throttled', passing: true, mayArrive: false }],
    [500, '', { kind: 'server', passing: true, mayArrive: true, detail: 'The LMS is out of order.' }],
    [504, '', { kind: 'server', passing: true, mayArrive: true }],
  ])('%i "%s" means %j', (status, words, meaning) => {
    expect(refused(status, words)).toMatchObject({ httpStatus: status, ...meaning });
  });

  it.each([
    [400, { kind: 'configuration', passing: true, everywhere: true }],
    [404, { kind: 'configuration', passing: true, everywhere: true }],
    [429, { kind: 'throttled', passing: true, everywhere: false }],
  ])('that gives us no token concerns every course (%i)', (status, meaning) => {
    const words = 'no token for our OAuth application: unauthorized_client';
    expect(lmsFailure(new LmsTokenRefusedError(new LmsRefusedError(status, 'unauthorized_client', null)), 'prepare')).toMatchObject({ detail: words, ...meaning });
  });

  it('may say for how long to wait', () => {
    expect(refused(429, '', 7_000)?.retryAfterMs).toBe(7_000);
  });

  it('to a call that publishes nothing cannot arrive late', () => {
    expect(lmsFailure(new LmsRefusedError(500, '', null), 'prepare')?.mayArrive).toBe(false);
    expect(lmsFailure(unanswered('timeout', true), 'prepare')?.mayArrive).toBe(false);
  });

  it.each([
    ['timeout', 'timeout', true],
    ['network', 'network', false],
    ['unreadable', 'server', true],
  ] as const)('that did not come (%s) is %s, and tried again', (end, kind, mayHaveArrived) => {
    expect(lmsFailure(unanswered(end, mayHaveArrived), 'publish')).toMatchObject({ kind, passing: true, mayArrive: mayHaveArrived, httpStatus: null, detail: 'No answer.' });
  });

  it('that shows another course than the one that was sent is tried again, and named', () => {
    expect(lmsFailure(new LmsDiffersError(['verified: price', 'honor in USD, which was not sent']), 'publish')).toMatchObject({
      kind: 'rejected', passing: true, differs: true, mayArrive: true, httpStatus: null, detail: expect.stringContaining('verified: price; honor in USD, which was not sent'),
    });
  });

  it('that was never asked for is told apart from a bug', () => {
    expect(lmsFailure(new LmsCredentialsMissingError('Credit'), 'prepare')).toMatchObject({ kind: 'configuration', passing: false, everywhere: false, detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') });
    expect(lmsFailure(new OutOfTimeError(), 'publish')).toMatchObject({ kind: 'unknown', passing: true, mayArrive: false });
    expect(lmsFailure(new TypeError('a bug'), 'publish')).toBeUndefined();
  });
});

describe('what a publication tells of the LMS', () => {
  const failed = (kind: 'network' | 'timeout' | 'server' | 'throttled' | 'rejected' | 'configuration' | 'unknown', more = {}) => publicationFailure({ kind, detail: 'd', ...more });
  const ANSWERED = { outcome: 'answered' };
  const NOT_CALLED = { outcome: 'not_called' };

  it.each<[string, PublicationEnd, unknown, unknown]>([
    ['success', { result: 'unchanged', version: 1 }, ANSWERED, ANSWERED],
    ['a confirmation that lacks', { result: 'confirm_required', version: 1, extraModes: [] }, ANSWERED, ANSWERED],
    ['a refusal', failed('rejected'), ANSWERED, ANSWERED],
    ['an answer that shows another course: the LMS works', failed('rejected', { passing: true, differs: true, mayArrive: true }), ANSWERED, ANSWERED],
    ['an LMS that is away', failed('network'), { outcome: 'failed', kind: 'network', everywhere: false }, { outcome: 'failed', kind: 'network', everywhere: false }],
    ['credentials that it does not take here: enrollments go on', failed('configuration', { everywhere: true }), ANSWERED, { outcome: 'failed', kind: 'configuration', everywhere: true }],
    ['a user who is too quick: enrollments go on', failed('throttled', { retryAfterMs: 7_000 }), ANSWERED, { outcome: 'throttled', retryAfterMs: 7_000 }],
    ['a bug', failed('unknown'), NOT_CALLED, NOT_CALLED],
  ])('%s', (_, end, lms, commerce) => {
    expect(reportsOf(end, 2)).toEqual({ lms, commerce });
    expect(reportsOf(end, 0)).toEqual({ lms: NOT_CALLED, commerce: NOT_CALLED });
  });
});
