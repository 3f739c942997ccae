/** What happened to a refund, for figures: the event of the order's history, and the processor of its payment (null where no money was taken). */
export interface RefundOccurrence {
  readonly event: string;
  readonly processor: string | null;
}

/** Told after the commit, by whoever committed it; never of a transaction that was rolled back. Must not throw. */
export type RefundListener = (occurrence: RefundOccurrence) => void;

export const REFUND_LISTENER = Symbol('REFUND_LISTENER');
