import type { FailureKind } from './failure.js';
import type { LineSnapshot, OrderSnapshot } from './order.snapshot.js';

/** A line that the holder of its claim, and nobody else, may deliver or take back until the lease runs out. */
export interface ClaimedLine {
  readonly claimId: string;
  /** The line as it stands while it is claimed: its status and attempts include the claim. */
  readonly line: LineSnapshot;
  readonly details: unknown;
  readonly learnerAddress: string | null;
  /** An earlier call may have taken effect, and nobody has found out: read back before calling again. */
  readonly mayHaveArrived: boolean;
  /** Attempts since the line was paid or last sent again that count, this one included. */
  readonly tries: number;
  /** Holders in a row, up to now, that never said what came of it. */
  readonly lostLeases: number;
  /** What its last holder had claimed it for, when his lease ran out; null where nobody left it. */
  readonly leftBy: ClaimPurpose | null;
  /** How it failed before this claim, and how often in a row with this kind. */
  readonly previousFailure: PreviousFailure | null;
  /** The provider's last acceptance of it for later; null where there was none. It counts while the line is `accepted`. */
  readonly acceptance: Acceptance | null;
  /** What the provider has reported of it, and no settle has applied yet. */
  readonly result: ReportedResult | null;
  /** An operator holds it: it is not to be delivered. */
  readonly held: boolean;
  /** When the learner had paid. */
  readonly paidAt: Date;
  /** When it was paid or last sent again: its age for retries counts from here. */
  readonly retrySince: Date;
}

export interface Acceptance {
  readonly reference: string;
  /** How often it is read back. */
  readonly verifyEveryMs: number;
  /** Of a line of which nothing was heard until then, the wait is over. By the database's clock. */
  readonly until: Date;
}

/** What a provider says came of a line. `detail` is a receipt, or why not. */
export interface ReportedResult {
  readonly outcome: 'fulfilled' | 'failed';
  readonly detail: string;
}

export interface PreviousFailure {
  readonly kind: FailureKind;
  readonly httpStatus: number | null;
  readonly times: number;
}

/** Lines of one order, claimed together: one lease for all. */
export interface OrderClaim {
  /** The order as it stands while they are claimed, with these lines only. */
  readonly order: OrderSnapshot;
  /** Lines that the order has in all, the ones that are not claimed included. */
  readonly lineCount: number;
  readonly lines: readonly ClaimedLine[];
  /** By this process's monotonic clock (`performance.now()`): a little before the lease ends in the database. */
  readonly leaseEndsAtMs: number;
  /** One moment by both clocks: the database's, and this process's monotonic one. */
  readonly claimedAt: ClockReading;
}

export interface ClockReading {
  readonly database: Date;
  readonly monotonicMs: number;
}

/** What the database's clock says now, as far as this process can tell without asking. Its own wall clock may be wrong. */
export function databaseNow({ claimedAt }: Pick<OrderClaim, 'claimedAt'>, monotonicMs: number): Date {
  return new Date(claimedAt.database.getTime() + Math.max(0, monotonicMs - claimedAt.monotonicMs));
}

/** What a claim is for: to deliver the line, to take it back, to look at it and decide what becomes of it, or to see how far the provider is that has accepted it. */
export type ClaimPurpose = 'deliver' | 'revoke' | 'decide' | 'verify';

/** Who asks for a delivery, for attempt rows and history. `reason` is an operator's, and required of him. */
export interface AskedBy {
  /** `resubmission`: in the name of an operator, by an operation on many lines. `callback`: the provider, who reports a result. `refund`: the access half of one. */
  readonly kind: 'checkout' | 'operator' | 'resubmission' | 'retry' | 'callback' | 'refund';
  readonly actor: string;
  readonly reason: string | null;
}

/** How an attempt row names who asked for it. */
export function requestedBy({ kind, actor }: AskedBy): string {
  return `${kind}:${actor}`;
}
