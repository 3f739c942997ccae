/** Of a receipt and of an acceptance, in characters. */
export const LONGEST_REFERENCE = 500;
/** Of `Accepted.verifyAfterMs`: 1 second to 30 days. */
export const SHORTEST_VERIFY_MS = 1_000;
export const LONGEST_VERIFY_MS = 30 * 24 * 60 * 60 * 1_000;
/** Of `Accepted.deadlineMs`: 366 days. */
export const LONGEST_DEADLINE_MS = 366 * 24 * 60 * 60 * 1_000;

/** Who receives the product. `username` is the LMS username, the identity that every fulfiller delivers to. */
export interface Learner {
  readonly username: string;
  readonly email: string | null;
  /** The learner's own network address, if he bought for himself and the line has not ended: an LMS judges embargoes by it. */
  readonly address: string | null;
}

/** One line to deliver, read back or take back. Frozen: a fulfiller only reads it. */
export interface FulfillmentRequest<Details> {
  /** The same for every attempt at this line, and for no other line: hand it to providers that know idempotency keys. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly orderNumber: string;
  /** When the order was placed. */
  readonly placedAt: Date;
  readonly learner: Learner;
  /** A whole number, at least 1. */
  readonly quantity: number;
  /** What `parseDetails` made of the product's details when the line was sold. */
  readonly details: Details;
  /** 1 for the first attempt at this line. */
  readonly attempt: number;
  /** The reference of the provider's last acceptance of the line, also when its time is over since; null where it never accepted it. */
  readonly acceptedReference: string | null;
  /** Aborts when the holder must stop: at the caller's deadline, or before its lease ends. Pass it on to every call. */
  readonly signal: AbortSignal;
  /** Milliseconds until `signal` aborts, by the monotonic clock; 0 when it has. A fulfiller that can do with less time may look. */
  readonly remainingMs: () => number;
  /**
   * To be told of each call to the provider directly before it leaves, so that calls keep to the provider's rate. It throws when
   * too little time is left for another call: let that through. A fulfiller that makes one call for each verb need not tell it.
   */
  readonly onCall?: () => void;
}

/** What to show for a delivered line. `reference` is at most 500 characters, for people. */
export interface Receipt {
  readonly reference: string;
  /** The HTTP status of the answer that proves it, if there was one: shown with the attempt. */
  readonly httpStatus?: number;
}

/**
 * The provider has taken the line on and delivers it later. The line waits as `accepted`: it is not delivered again, nobody holds
 * it, and no checkout waits for it. Its end is told by the provider's signed callback, or found by `verify`.
 *
 * Only for fulfillers whose manifest says `capabilities.asynchronous`.
 */
export interface Accepted {
  /** What the provider calls it, for people and for `verify` (`acceptedReference`). At most 500 characters. */
  readonly reference: string;
  /** `verify` is called this long after the acceptance, and then again and again. Milliseconds, 1 second to 30 days. */
  readonly verifyAfterMs: number;
  /** So long after the acceptance a line of which nothing was heard fails, for an operator to see. Milliseconds, at least `verifyAfterMs`, at most 366 days. */
  readonly deadlineMs: number;
  /** The HTTP status of the answer, if there was one: shown with the attempt. */
  readonly httpStatus?: number;
}

/** What `fulfill` answers: delivered, or accepted for later. Told apart by `deadlineMs`. */
export type Delivered = Receipt | Accepted;

/** Whether an answer is an acceptance. */
export function isAccepted(answer: Delivered): answer is Accepted {
  return 'deadlineMs' in answer;
}

/**
 * Delivers the lines of one product type. It knows its product and nothing else: no database, no queue, no status, no retry.
 *
 * Whatever goes wrong is thrown as a `DeliveryFailure`; anything else that is thrown counts as a bug and fails the line.
 */
export interface Fulfiller<Details = unknown> {
  /**
   * Reads the details of a product, at checkout and when a product is saved.
   *
   * @throws {ConfigurationFailure} naming every field that is wrong: the product is then refused before money moves.
   */
  parseDetails(raw: unknown): Details;

  /**
   * Delivers, or has the provider accept it for later. May run twice for one idempotency key: the second run must be harmless.
   *
   * @throws {DeliveryFailure}
   */
  fulfill(request: FulfillmentRequest<Details>): Promise<Delivered>;

  /**
   * Reads back whether the product is there. `null` means that it is not: not, or, for a line that the provider has accepted, not yet.
   *
   * @throws {DeliveryFailure} when the provider could not be asked (passing); for an accepted line also when the provider says that it
   *   will not deliver it (not passing): the line then fails with these words.
   */
  verify(request: FulfillmentRequest<Details>): Promise<Receipt | null>;

  /**
   * Takes the product back, and calls off what the provider has only accepted. Succeeds when there is nothing to take back. A fulfiller whose manifest says `capabilities.revoke: false` is
   * never asked, and may throw whatever it likes.
   *
   * @throws {DeliveryFailure}
   */
  revoke(request: FulfillmentRequest<Details>): Promise<void>;
}
