/** Every kind of failure that a line may carry. */
export const FAILURE_KINDS = ['configuration', 'network', 'timeout', 'server', 'rejected', 'throttled', 'unknown'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface FailureFacts {
  readonly kind: FailureKind;
  /** The provider's own words, or ours where it had none. Nothing secret or personal. Cut at 500 characters. */
  readonly detail: string;
  /** Worth trying again by itself. A lasting failure waits for an operator. */
  readonly passing: boolean;
  /** The provider asked for at least this wait. */
  readonly retryAfterMs?: number;
  /** The answer's HTTP status, if there was an answer. */
  readonly httpStatus?: number;
  /** Every call would fail like this one, because of our credentials or address: nobody calls the provider for a while. */
  readonly everywhere?: boolean;
  /** The call may have taken effect although it failed: the next attempt reads back first. */
  readonly mayHaveArrived?: boolean;
  /** Read back now, before this counts as a failure: the product may be there, by this call or by an earlier one. */
  readonly readBack?: boolean;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('@order-fulfillment/fulfiller-kit:failure');
const DETAIL_LENGTH = 500;

/** A delivery that did not succeed, in a way the fulfiller understands. */
export class DeliveryFailure extends Error {
  readonly [BRAND] = true;
  readonly kind: FailureKind;
  readonly detail: string;
  readonly passing: boolean;
  readonly retryAfterMs: number | null;
  readonly httpStatus: number | null;
  readonly mayHaveArrived: boolean;
  readonly readBack: boolean;
  readonly everywhere: boolean;

  constructor(facts: FailureFacts) {
    super(facts.detail.slice(0, DETAIL_LENGTH), { cause: facts.cause });
    this.name = new.target.name;
    this.kind = facts.kind;
    this.detail = this.message;
    this.passing = facts.passing;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.httpStatus = facts.httpStatus ?? null;
    this.mayHaveArrived = facts.mayHaveArrived ?? false;
    this.readBack = facts.readBack ?? false;
    this.everywhere = facts.everywhere ?? false;
  }
}

/** The call left, and no answer tells what came of it: read back, then decide. */
export class UnknownOutcome extends DeliveryFailure {
  constructor(facts: Omit<FailureFacts, 'passing' | 'mayHaveArrived' | 'readBack'>) {
    super({ ...facts, passing: true, mayHaveArrived: true, readBack: true });
  }
}

/** One wrong field of a product's details. `pointer` is a JSON pointer into them (RFC 6901), `''` for the whole. */
export interface DetailProblem {
  readonly pointer: string;
  readonly message: string;
}

/** The product or the wiring is wrong. Refused at checkout; at delivery the line waits for an operator's repair. */
export class ConfigurationFailure extends DeliveryFailure {
  readonly problems: readonly DetailProblem[];

  constructor(detail: string, problems: readonly DetailProblem[] = []) {
    super({ kind: 'configuration', detail, passing: false });
    this.problems = problems;
  }
}

/**
 * Whether something thrown is a failure of this contract. Told by a brand and not by `instanceof`, because a plug-in
 * installed elsewhere may carry its own copy of this package.
 */
export function isDeliveryFailure(thrown: unknown): thrown is DeliveryFailure {
  return typeof thrown === 'object' && thrown !== null && BRAND in thrown;
}

/** As `isDeliveryFailure`, for failures that list what is wrong with a product's details. */
export function isConfigurationFailure(thrown: unknown): thrown is ConfigurationFailure {
  return isDeliveryFailure(thrown) && 'problems' in thrown;
}
