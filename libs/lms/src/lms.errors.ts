/** The LMS answered, and the answer is no. */
export class LmsRefusedError extends Error {
  /**
   * @param words what the LMS said, without secrets and addresses; empty when it said nothing fit to be shown.
   * @param retryAfterMs how long it asked us to wait, or null.
   * @param hasDetail whether the body is as the LMS's REST APIs write a refusal: a JSON object with a text `detail`.
   */
  constructor(
    readonly httpStatus: number,
    readonly words: string,
    readonly retryAfterMs: number | null,
    readonly hasDetail = false,
  ) {
    super(`The LMS answered ${httpStatus}${words === '' ? '' : `: ${words}`}`);
    this.name = 'LmsRefusedError';
  }
}

/** The LMS gives our OAuth application no token, so no call was made: it concerns whoever calls. */
export class LmsTokenRefusedError extends LmsRefusedError {
  constructor({ httpStatus, words, retryAfterMs }: LmsRefusedError) {
    super(httpStatus, `no token for our OAuth application: ${words}`, retryAfterMs);
  }
}

/** How a call ended that brought no answer: stopped by a clock, by the connection, or by an answer nobody can read. */
export type UnansweredEnd = 'timeout' | 'network' | 'unreadable';

interface UnansweredFacts {
  readonly end: UnansweredEnd;
  /** False only when the call certainly never left. */
  readonly mayHaveArrived: boolean;
  readonly detail: string;
  readonly cause?: unknown;
}

/** No usable answer came. */
export class LmsUnansweredError extends Error {
  readonly end: UnansweredEnd;
  readonly mayHaveArrived: boolean;

  constructor({ end, mayHaveArrived, detail, cause }: UnansweredFacts) {
    super(detail, { cause });
    this.name = 'LmsUnansweredError';
    this.end = end;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** The LMS said yes, and what it shows as done is not what it was told. It works, and it may do the same again. */
export class LmsDiffersError extends Error {
  /** @param named which fields and modes differ; no values. */
  constructor(readonly named: readonly string[]) {
    super(`The LMS answered that it is done, with a course other than the one that it was told: ${named.join('; ')}.`);
    this.name = 'LmsDiffersError';
  }
}

/** A call needs a user of the LMS, and there is no OAuth application to act for one. Nothing was called. */
export class LmsCredentialsMissingError extends Error {
  constructor(what: string) {
    super(`${what} needs a user of the LMS: set LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET to an OAuth application of the LMS whose owner is staff.`);
    this.name = 'LmsCredentialsMissingError';
  }
}
