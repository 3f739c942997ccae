import { LmsCredentialsMissingError, LmsRefusedError, LmsTokenRefusedError, LmsUnansweredError, type UnansweredEnd } from '#lms';
import { DeliveryFailure, type FailureFacts, type FailureKind, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';

/** Whether the call could change an entitlement, or only read: what was only read cannot have arrived. */
export type CallPurpose = 'change' | 'read';

interface Meaning extends Pick<FailureFacts, 'kind' | 'passing' | 'mayHaveArrived' | 'everywhere'> {
  /** One, or the first and last of a range. */
  readonly status: number | readonly [number, number];
  /** Only when the LMS says so. It names fields in English, whatever its language. */
  readonly words?: RegExp | 'none';
  /** Only for calls of this purpose, or only for the call for a token. */
  readonly of?: CallPurpose | 'token';
  /** Shown when the LMS gives no words of its own; before them where every call would fail. */
  readonly sentence: string;
}

const OUR_CREDENTIALS = 'The LMS does not let us give entitlements: LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET must be of an OAuth application of this LMS whose owner is staff.';
const NOT_THERE = 'The LMS has no entitlements at this address: check LMS_URL.';
const OUT_OF_ORDER = 'The LMS is out of order.';
const REFUSED = 'The LMS refused the entitlement.';

/** What an answer of the entitlements API, or one to the call for a token, means for a line. The first row that fits counts. */
const MEANINGS: readonly Meaning[] = [
  { status: 408, kind: 'server', passing: true, mayHaveArrived: true, sentence: OUT_OF_ORDER },
  { status: 425, kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  { status: 429, kind: 'throttled', passing: true, sentence: 'The LMS asks us to slow down.' },
  // Also when the entitlement is there already: what belongs to it is done afterwards, and may fail.
  { status: [500, 599], kind: 'server', passing: true, mayHaveArrived: true, sentence: OUT_OF_ORDER },
  { status: [300, 399], kind: 'configuration', passing: false, everywhere: true, sentence: 'The LMS sends us elsewhere: check LMS_URL.' },
  { status: [400, 499], of: 'token', kind: 'configuration', passing: false, everywhere: true, sentence: OUR_CREDENTIALS },
  { status: 401, kind: 'configuration', passing: false, everywhere: true, sentence: OUR_CREDENTIALS },
  { status: 403, kind: 'configuration', passing: false, everywhere: true, sentence: OUR_CREDENTIALS },
  // An empty body, or the page of a path that the LMS does not know.
  { status: 404, words: 'none', kind: 'configuration', passing: false, everywhere: true, sentence: NOT_THERE },
  // There is nothing in a read that could be wrong: such as a page of the list that was there a moment ago.
  { status: [400, 499], of: 'read', kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  { status: 400, words: /(^| )(course_uuid|mode|order_number): /, kind: 'configuration', passing: false, sentence: 'The LMS does not understand the request: check the product.' },
  // The account may be on its way.
  { status: 400, words: /^user: /, kind: 'rejected', passing: true, sentence: 'The LMS does not know the learner.' },
];

const ANY_OTHER: Meaning = { status: [0, 999], kind: 'rejected', passing: false, sentence: REFUSED };

/** How a call ended that brought no answer, in the words of a failure. */
const KINDS: Readonly<Record<UnansweredEnd, FailureKind>> = { timeout: 'timeout', network: 'network', unreadable: 'server' };

/** Turns what the client of the LMS throws into a failure of the line. Anything else is a bug, and thrown on as it is. */
export function entitlementFailure(error: unknown, purpose: CallPurpose): unknown {
  if (error instanceof LmsRefusedError) return refused(error, error instanceof LmsTokenRefusedError ? 'token' : purpose);
  if (error instanceof LmsUnansweredError) return unanswered(error, purpose);
  if (error instanceof LmsCredentialsMissingError) return new DeliveryFailure({ kind: 'configuration', detail: error.message, passing: false, everywhere: true });
  return error;
}

function refused({ httpStatus, words, retryAfterMs }: LmsRefusedError, of: CallPurpose | 'token'): DeliveryFailure {
  const { kind, passing, mayHaveArrived = false, everywhere = false, sentence } = MEANINGS.find((row) => fits(row, httpStatus, words, of)) ?? ANY_OTHER;
  const ofEverybody = words === '' ? sentence : `${sentence} It says: ${words}`;
  const detail = everywhere ? ofEverybody : words || sentence;
  return new DeliveryFailure({ kind, passing, everywhere, httpStatus, detail, mayHaveArrived: mayHaveArrived && of === 'change', ...(retryAfterMs !== null && { retryAfterMs }) });
}

function fits(row: Meaning, status: number, said: string, of: CallPurpose | 'token'): boolean {
  const [first, last] = typeof row.status === 'number' ? [row.status, row.status] : row.status;
  return first <= status && status <= last && (row.of ?? of) === of && hasWords(row, said);
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
