import { LmsCredentialsMissingError, LmsRefusedError, LmsTokenRefusedError, LmsUnansweredError } from '#lms';
import { isDeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import { type CallPurpose, entitlementFailure } from './entitlement-failures.js';

const LASTING = { passing: false, everywhere: false, mayHaveArrived: false, readBack: false };
const PASSING = { ...LASTING, passing: true };
const ALL_CALLS = { kind: 'configuration', ...LASTING, everywhere: true };

function refusal(status: number, words = '', purpose: CallPurpose = 'change') {
  return entitlementFailure(new LmsRefusedError(status, words, null), purpose);
}

describe('an answer of the entitlements API', () => {
  it.each([
    [400, 'user: Object with username=learner1 does not exist.', { kind: 'rejected', ...PASSING }],
    [400, 'user: Objekt mit username=learner1 existiert nicht.', { kind: 'rejected', ...PASSING }],
    [400, 'course_uuid: Must be a valid UUID.', { kind: 'configuration', ...LASTING }],
    [400, 'user: Object with username=learner1 does not exist. mode: This field may not be blank.', { kind: 'configuration', ...LASTING }],
    [400, 'The fields course_uuid, order_number must make a unique set.', { kind: 'rejected', ...LASTING }],
    [404, 'Not found.', { kind: 'rejected', ...LASTING }],
    [408, 'Too slow.', { kind: 'server', ...PASSING, mayHaveArrived: true }],
    [413, 'Too large.', { kind: 'rejected', ...LASTING }],
    [425, 'Too early.', { kind: 'server', ...PASSING }],
    [429, 'Request was throttled.', { kind: 'throttled', ...PASSING }],
    [500, 'Something broke.', { kind: 'server', ...PASSING, mayHaveArrived: true }],
    [599, 'Something broke.', { kind: 'server', ...PASSING, mayHaveArrived: true }],
  ])('%i "%s" keeps its words', (status, words, facts) => {
    expect(refusal(status, words)).toMatchObject({ ...facts, detail: words, httpStatus: status });
  });

  it.each([
    [400, { kind: 'rejected', ...LASTING }],
    [418, { kind: 'rejected', ...LASTING }],
    [502, { kind: 'server', ...PASSING, mayHaveArrived: true }],
    [999, { kind: 'rejected', ...LASTING }],
  ])('%i without words gets ours', (status, facts) => {
    expect(refusal(status)).toMatchObject({ ...facts, detail: expect.stringMatching(/^The LMS .+\.$/) as unknown });
  });

  it.each([
    [302, 'LMS_URL'],
    [401, 'LMS_OAUTH_CLIENT_ID'],
    [403, 'LMS_OAUTH_CLIENT_ID'],
    [404, 'LMS_URL'],
  ])('%i without words concerns every call, and says what to look at', (status, variable) => {
    for (const purpose of ['change', 'read'] as const) expect(refusal(status, '', purpose)).toMatchObject({ ...ALL_CALLS, detail: expect.stringContaining(variable) as unknown });
  });

  it('that refuses everybody is told after what to look at', () => {
    expect(refusal(403, 'You do not have permission to perform this action.')).toMatchObject({ ...ALL_CALLS, detail: expect.stringMatching(/^The LMS does not let us .*LMS_OAUTH_CLIENT_ID.* It says: You do not have permission to perform this action\.$/) as unknown });
  });

  it('to a read leaves nothing that may have arrived, and is a fault of the LMS', () => {
    expect(refusal(500, '', 'read')).toMatchObject({ kind: 'server', ...PASSING });
    expect(refusal(404, 'Invalid page.', 'read')).toMatchObject({ kind: 'server', ...PASSING });
    expect(refusal(400, 'user: No.', 'read')).toMatchObject({ kind: 'server', ...PASSING });
  });

  it('hands on the wait that the LMS asks for', () => {
    expect(entitlementFailure(new LmsRefusedError(429, '', 7_000), 'change')).toMatchObject({ retryAfterMs: 7_000 });
    expect(refusal(429)).toMatchObject({ retryAfterMs: null });
  });
});

describe('a call for a token', () => {
  const noToken = (status: number) => entitlementFailure(new LmsTokenRefusedError(new LmsRefusedError(status, 'error: invalid_client', null)), 'change');

  it.each([400, 401, 403, 404])('that is refused with %i concerns every call', (status) => {
    expect(noToken(status)).toMatchObject({ ...ALL_CALLS, httpStatus: status, detail: expect.stringMatching(/LMS_OAUTH_CLIENT_SECRET.*no token for our OAuth application/) as unknown });
  });

  it('that fails in passing gave nothing that may have arrived', () => {
    expect(noToken(429)).toMatchObject({ kind: 'throttled', ...PASSING });
    expect(noToken(503)).toMatchObject({ kind: 'server', ...PASSING });
  });
});

it('without an OAuth application concerns every call', () => {
  expect(entitlementFailure(new LmsCredentialsMissingError('An entitlement'), 'change')).toMatchObject({ ...ALL_CALLS, detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') as unknown });
});

describe('a call without an answer', () => {
  const unanswered = (end: LmsUnansweredError['end'], mayHaveArrived: boolean) => new LmsUnansweredError({ end, mayHaveArrived, detail: 'No answer.' });

  it.each([
    ['timeout', 'timeout'],
    ['network', 'network'],
    ['unreadable', 'server'],
  ] as const)('that ended in %s after it left is unknown, of the kind %s', (end, kind) => {
    expect(entitlementFailure(unanswered(end, true), 'change')).toMatchObject({ name: 'UnknownOutcome', kind, passing: true, readBack: true, mayHaveArrived: true });
  });

  it('that never left, or only read, cannot have arrived', () => {
    expect(entitlementFailure(unanswered('network', false), 'change')).toMatchObject({ name: 'DeliveryFailure', kind: 'network', ...PASSING });
    expect(entitlementFailure(unanswered('timeout', true), 'read')).toMatchObject({ name: 'DeliveryFailure', kind: 'timeout', ...PASSING });
  });
});

it('leaves a bug what it is', () => {
  const bug = new TypeError('undefined is not a function');
  expect(entitlementFailure(bug, 'change')).toBe(bug);
  expect(isDeliveryFailure(bug)).toBe(false);
});
