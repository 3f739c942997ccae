import { LmsCredentialsMissingError, LmsDiffersError, LmsRefusedError, LmsTokenRefusedError, LmsUnansweredError, type UnansweredEnd } from '#lms';
import { publicationFailure, type PublicationFailure } from './publication.end.js';
import type { PublicationFailureKind } from './publication.js';
import { OutOfTimeError } from './timed-calls.js';

/** Whether the call could change the LMS's modes, or anything that a later call does not say again: what was only read cannot arrive late. */
export type CallPurpose = 'publish' | 'prepare';

interface Meaning extends Pick<PublicationFailure, 'kind'>, Partial<Pick<PublicationFailure, 'passing' | 'everywhere' | 'mayArrive'>> {
  /** One, or the first and last of a range. */
  readonly status: number | readonly [number, number];
  readonly words?: 'none';
  /** Shown when the LMS gives no words of its own. */
  readonly sentence: string;
}

const OUR_CREDENTIALS = 'The LMS does not let us publish: check LMS_URL, LMS_API_KEY, LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET.';
const REFUSED = 'The LMS refused the course.';
const OUT_OF_ORDER = 'The LMS is out of order.';

/**
 * What an answer of the Commerce or the Credit API means for a publication. The first row that fits counts. What refuses everybody is in passing: when
 * it is mended, every course goes by itself, and until then the breaker stops the calls.
 */
const MEANINGS: readonly Meaning[] = [
  { status: 401, kind: 'configuration', passing: true, everywhere: true, sentence: OUR_CREDENTIALS },
  { status: 403, kind: 'configuration', passing: true, everywhere: true, sentence: OUR_CREDENTIALS },
  // An empty body, or the page of a path that the LMS does not know.
  { status: 404, words: 'none', kind: 'configuration', passing: true, everywhere: true, sentence: OUR_CREDENTIALS },
  { status: 404, kind: 'rejected', sentence: REFUSED },
  { status: 408, kind: 'server', passing: true, mayArrive: true, sentence: OUT_OF_ORDER },
  { status: 425, kind: 'server', passing: true, sentence: OUT_OF_ORDER },
  { status: 429, kind: 'throttled', passing: true, sentence: 'The LMS asks us to slow down.' },
  { status: [500, 599], kind: 'server', passing: true, mayArrive: true, sentence: OUT_OF_ORDER },
  { status: [300, 399], kind: 'configuration', passing: true, everywhere: true, sentence: 'The LMS sends us elsewhere: check LMS_URL.' },
];

const ANY_OTHER: Meaning = { status: [0, 999], kind: 'rejected', sentence: REFUSED };
const NO_TOKEN: Meaning = { status: [0, 999], kind: 'configuration', passing: true, everywhere: true, sentence: OUR_CREDENTIALS };

/** How a call ended that brought no answer, in the words of a failure. */
const KINDS: Readonly<Record<UnansweredEnd, PublicationFailureKind>> = { timeout: 'timeout', network: 'network', unreadable: 'server' };

/** Turns what a call of the LMS throws into a failure. `undefined`: it is none of the LMS's, but a bug. */
export function lmsFailure(error: unknown, purpose: CallPurpose): PublicationFailure | undefined {
  if (error instanceof LmsRefusedError) return refused(error, purpose);
  if (error instanceof LmsUnansweredError) return publicationFailure({ kind: KINDS[error.end], detail: error.message, passing: true, mayArrive: error.mayHaveArrived && purpose === 'publish' });
  if (error instanceof LmsDiffersError) return publicationFailure({ kind: 'rejected', detail: error.message, passing: true, differs: true, mayArrive: true });
  if (error instanceof LmsCredentialsMissingError) return publicationFailure({ kind: 'configuration', detail: error.message });
  if (error instanceof OutOfTimeError) return publicationFailure({ kind: 'unknown', detail: error.message, passing: true });
  return undefined;
}

function refused(error: LmsRefusedError, purpose: CallPurpose): PublicationFailure {
  const { httpStatus, words, retryAfterMs } = error;
  const { kind, passing = false, everywhere = false, mayArrive = false, sentence } = meaningOf(error);
  return publicationFailure({ kind, detail: words === '' ? sentence : words, httpStatus, passing, everywhere, retryAfterMs, mayArrive: mayArrive && purpose === 'publish' });
}

/** No course is refused by what gives no token. */
function meaningOf(error: LmsRefusedError): Meaning {
  const meaning = MEANINGS.find((row) => fits(row, error.httpStatus, error.words)) ?? ANY_OTHER;
  return meaning.kind === 'rejected' && error instanceof LmsTokenRefusedError ? NO_TOKEN : meaning;
}

function fits({ status, words }: Meaning, answered: number, said: string): boolean {
  const [first, last] = typeof status === 'number' ? [status, status] : status;
  return first <= answered && answered <= last && (words === undefined || said === '');
}
