import { LmsRefusedError, LmsUnansweredError, type UnansweredEnd } from '#lms';
import { DeliveryFailure, type FailureFacts, type FailureKind, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';

/** Whether the call could change the enrollment, or only read it: what was only read cannot have arrived. */
export type CallPurpose = 'change' | 'read';

interface Meaning extends Pick<FailureFacts, 'kind' | 'passing' | 'mayHaveArrived' | 'readBack' | 'everywhere'> {
  /** One, or the first and last of a range. */
  readonly status: number | readonly [number, number];
  /** Only when the LMS says so. */
  readonly words?: RegExp | 'none';
  /** Only for calls of this purpose. */
  readonly purpose?: CallPurpose;
  /** Shown when the LMS gives no words of its own. */
  readonly sentence: string;
}

const OUR_CREDENTIALS = 'The LMS does not accept our credentials: check LMS_URL and LMS_API_KEY.';
const WRONG_REQUEST = 'The LMS does not understand the request: check the product.';
const REFUSED = 'The LMS refused the enrollment.';
const OUT_OF_ORDER = 'The LMS is out of order.';

/** What an answer of the Enrollment API means for a line. The first row that fits counts. */
const MEANINGS: readonly Meaning[] = [
  // Also the answer to a repeated request once the mode has expired, though the learner is enrolled.
  { status: 400, words: /^The \[.*\] course mode is expired or otherwise unavailable/, kind: 'rejected', passing: false, readBack: true, sentence: REFUSED },
  // Closed, full, by invitation, or a fault of a system behind the LMS: one message for all.
  { status: 400, words: /error occurred while creating/i, kind: 'rejected', passing: true, readBack: true, sentence: REFUSED },
  { status: 400, words: /^No course .*found|^Course ID must be specified/, kind: 'configuration', passing: false, sentence: WRONG_REQUEST },
  { status: 400, words: /is an invalid .* status|^Missing enrollment attributes/, kind: 'configuration', passing: false, sentence: WRONG_REQUEST },
  // Both are found out when the enrollment is saved already.
  { status: 400, words: /not in enrollment attribute|cohort/i, kind: 'configuration', passing: false, readBack: true, sentence: WRONG_REQUEST },
  // A read that the LMS accepts and then fails to do.
  { status: 400, purpose: 'read', kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  // A message that we do not know tells nothing of what was done before it.
  { status: 400, kind: 'rejected', passing: false, readBack: true, sentence: REFUSED },
  { status: 401, kind: 'configuration', passing: false, everywhere: true, sentence: OUR_CREDENTIALS },
  { status: 403, kind: 'rejected', passing: false, sentence: 'The LMS forbids this learner to enroll.' },
  // An empty body, or the page of a path that the LMS does not know.
  { status: 404, words: 'none', kind: 'configuration', passing: false, everywhere: true, sentence: OUR_CREDENTIALS },
  // The account may be on its way.
  { status: 406, kind: 'rejected', passing: true, sentence: 'The LMS does not know the learner.' },
  { status: 408, kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  { status: 425, kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  { status: 429, kind: 'throttled', passing: true, sentence: 'The LMS asks us to slow down.' },
  { status: [500, 599], kind: 'server', passing: true, mayHaveArrived: true, sentence: OUT_OF_ORDER },
  { status: [300, 399], kind: 'configuration', passing: false, everywhere: true, sentence: 'The LMS sends us elsewhere: check LMS_URL.' },
];

const ANY_OTHER: Meaning = { status: [0, 999], kind: 'rejected', passing: false, sentence: REFUSED };

/** How a call ended that brought no answer, in the words of a failure. */
const KINDS: Readonly<Record<UnansweredEnd, FailureKind>> = { timeout: 'timeout', network: 'network', unreadable: 'server' };

/** Turns what the client of the LMS throws into a failure of the line. Anything else is a bug, and thrown on as it is. */
export function enrollmentFailure(error: unknown, purpose: CallPurpose): unknown {
  if (error instanceof LmsRefusedError) return refused(error, purpose);
  if (error instanceof LmsUnansweredError) return unanswered(error, purpose);
  return error;
}

function refused({ httpStatus, words, retryAfterMs }: LmsRefusedError, purpose: CallPurpose): DeliveryFailure {
  const { kind, passing, mayHaveArrived = false, readBack = false, everywhere = false, sentence } = meaningOf(httpStatus, words, purpose);
  const facts = { kind, passing, everywhere, httpStatus, detail: words === '' ? sentence : words, ...(retryAfterMs !== null && { retryAfterMs }) };
  return new DeliveryFailure(purpose === 'read' ? facts : { ...facts, mayHaveArrived, readBack });
}

function meaningOf(status: number, said: string, asked: CallPurpose): Meaning {
  const fits = (row: Meaning) => hasStatus(row, status) && (row.purpose ?? asked) === asked && hasWords(row, said);
  return MEANINGS.find(fits) ?? ANY_OTHER;
}

function hasStatus({ status }: Meaning, answered: number): boolean {
  const [first, last] = typeof status === 'number' ? [status, status] : status;
  return first <= answered && answered <= last;
}

function hasWords({ words }: Meaning, said: string): boolean {
  if (words === undefined) return true;
  return words === 'none' ? said === '' : words.test(said);
}

function unanswered({ end, mayHaveArrived, message: detail, cause }: LmsUnansweredError, purpose: CallPurpose): DeliveryFailure {
  const facts = { kind: KINDS[end], detail, cause };
  if (mayHaveArrived && purpose === 'change') return new UnknownOutcome(facts);
  return new DeliveryFailure({ ...facts, passing: true });
}
