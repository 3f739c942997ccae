import { LmsRefusedError, LmsUnansweredError } from '#lms';
import { isDeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import { type CallPurpose, enrollmentFailure } from './enrollment-failures.js';

const COURSE = 'course-v1:AcmeX+BIO1+2026';

function refusal(status: number, words = '', purpose: CallPurpose = 'change') {
  return enrollmentFailure(new LmsRefusedError(status, words, null), purpose);
}

const LASTING = { passing: false, readBack: false, mayHaveArrived: false };
const PASSING = { passing: true, readBack: false, mayHaveArrived: false };

describe('an answer of the Enrollment API', () => {
  it.each([
    [400, `The [verified] course mode is expired or otherwise unavailable for course run [${COURSE}].`, { kind: 'rejected', ...LASTING, readBack: true }],
    [400, `An error occurred while creating the new course enrollment for user 'cohort' in course '${COURSE}'`, { kind: 'rejected', ...PASSING, readBack: true }],
    [400, `No course '${COURSE}' found for enrollment`, { kind: 'configuration', ...LASTING }],
    [400, 'Course ID must be specified to create a new enrollment.', { kind: 'configuration', ...LASTING }],
    [400, "'yes' is an invalid enrollment activation status.", { kind: 'configuration', ...LASTING }],
    [400, "Missing enrollment attributes: requested mode=credit required attributes=['credit:provider_id']", { kind: 'configuration', ...LASTING }],
    [400, "'namespace' not in enrollment attribute", { kind: 'configuration', ...LASTING, readBack: true }],
    [400, "Cohort 'blue' does not exist", { kind: 'configuration', ...LASTING, readBack: true }],
    [400, 'Something new', { kind: 'rejected', ...LASTING, readBack: true }],
    [401, 'Authentication credentials were not provided.', { kind: 'configuration', ...LASTING }],
    [403, `Users from this location cannot access the course '${COURSE}'.`, { kind: 'rejected', ...LASTING }],
    [404, 'Not found.', { kind: 'rejected', ...LASTING }],
    [406, 'The user learner1 does not exist.', { kind: 'rejected', ...PASSING }],
    [413, 'Too large.', { kind: 'rejected', ...LASTING }],
    [429, 'Request was throttled.', { kind: 'throttled', ...PASSING }],
    [500, 'Something broke.', { kind: 'server', ...PASSING, mayHaveArrived: true }],
  ])('%i "%s" keeps its words', (status, words, facts) => {
    expect(refusal(status, words)).toMatchObject({ ...facts, detail: words, httpStatus: status });
  });

  it.each([
    [302, { kind: 'configuration', ...LASTING }],
    [400, { kind: 'rejected', ...LASTING, readBack: true }],
    [401, { kind: 'configuration', ...LASTING }],
    [404, { kind: 'configuration', ...LASTING }],
    [408, { kind: 'server', ...PASSING }],
    [418, { kind: 'rejected', ...LASTING }],
    [425, { kind: 'server', ...PASSING }],
    [502, { kind: 'server', ...PASSING, mayHaveArrived: true }],
    [599, { kind: 'server', ...PASSING, mayHaveArrived: true }],
    [999, { kind: 'rejected', ...LASTING }],
  ])('%i without words gets ours', (status, facts) => {
    expect(refusal(status)).toMatchObject({ ...facts, detail: expect.stringMatching(/^The LMS .+\.$/) as unknown });
  });

  it('hands on the wait that the LMS asks for', () => {
    expect(enrollmentFailure(new LmsRefusedError(429, '', 7_000), 'change')).toMatchObject({ retryAfterMs: 7_000 });
    expect(refusal(429)).toMatchObject({ retryAfterMs: null });
  });

  it('to a read leaves nothing that may have arrived, and 400 is a fault of the LMS', () => {
    expect(refusal(500, '', 'read')).toMatchObject({ kind: 'server', ...PASSING });
    expect(refusal(400, 'An error occurred while retrieving enrollments', 'read')).toMatchObject({ kind: 'server', ...PASSING });
    expect(refusal(400, `No course '${COURSE}' found for enrollment`, 'read')).toMatchObject({ kind: 'configuration', ...LASTING });
  });
});

describe('a call without an answer', () => {
  const unanswered = (end: LmsUnansweredError['end'], mayHaveArrived: boolean) => new LmsUnansweredError({ end, mayHaveArrived, detail: 'No answer.' });

  it.each([
    ['timeout', 'timeout'],
    ['network', 'network'],
    ['unreadable', 'server'],
  ] as const)('that ended in %s after it left is unknown, of the kind %s', (end, kind) => {
    expect(enrollmentFailure(unanswered(end, true), 'change')).toMatchObject({ name: 'UnknownOutcome', kind, passing: true, readBack: true, mayHaveArrived: true });
  });

  it('that never left, or only read, cannot have arrived', () => {
    expect(enrollmentFailure(unanswered('network', false), 'change')).toMatchObject({ name: 'DeliveryFailure', kind: 'network', ...PASSING });
    expect(enrollmentFailure(unanswered('timeout', true), 'read')).toMatchObject({ name: 'DeliveryFailure', kind: 'timeout', ...PASSING });
  });
});

it('leaves a bug what it is', () => {
  const bug = new TypeError('undefined is not a function');
  expect(enrollmentFailure(bug, 'change')).toBe(bug);
  expect(isDeliveryFailure(bug)).toBe(false);
});
