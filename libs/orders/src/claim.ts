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
}

/** Who asks for a delivery, for attempt rows and history. `reason` is an operator's, and required of him. */
export interface AskedBy {
  readonly kind: 'checkout' | 'operator' | 'retry';
  readonly actor: string;
  readonly reason: string | null;
}

/** How an attempt row names who asked for it. */
export function requestedBy({ kind, actor }: AskedBy): string {
  return `${kind}:${actor}`;
}
