import type { FailureKind } from '#orders';

/**
 * `captured_without_order`: the gateway took money, and no payment of ours is that. `captured_not_here`: it took the money of a payment of ours, which
 * our row does not know. `here_not_there`: our row says that it took money, and it says that it did not. The others: both know of the money, and not the same.
 */
export const DIFFERENCE_KINDS = ['captured_without_order', 'captured_not_here', 'here_not_there', 'amount_differs', 'refund_there_not_here', 'refund_here_not_there'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** What one side knows of a payment. Whole minor units. */
export interface KnownMoney {
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What the gateway and our rows do not agree on. Holds nothing personal. */
export interface PaymentDifference {
  readonly kind: DifferenceKind;
  /** Of ours: null where it belongs to none. */
  readonly orderNumber: string | null;
  readonly paymentId: string | null;
  /** What the gateway calls the payment, and the money that it took. */
  readonly reference: string | null;
  readonly captureReference: string | null;
  /** Null: it has taken no money, as far as our row, or the gateway, knows. */
  readonly ours: KnownMoney | null;
  readonly theirs: KnownMoney | null;
  /** What was found, and what to do about it. */
  readonly detail: string;
  /** What came of a repair; null where none was asked for, or none is safe. */
  readonly repair: 'settled' | 'stays' | null;
}

/** How far a run is. */
export interface ReconciliationProgress {
  /** Payments that the gateway has listed. */
  readonly listed: number;
  /** Payments of ours, captured in the window, that were looked at. */
  readonly own: number;
  /** Payments that were read back one by one, because the list did not say the same as our row, or did not have them. */
  readonly readBack: number;
}

/** What a run came to. */
export interface ReconciliationSummary extends ReconciliationProgress {
  /** The differences that are left, by kind. */
  readonly differences: Readonly<Record<DifferenceKind, number>>;
  /** Those that a repair has settled. */
  readonly settled: number;
  /** `complete`: the whole window was compared. Else what was found until then is all that is known. */
  readonly end: 'complete' | 'stopped' | 'failed';
  /** Why the gateway could not be asked; null unless `failed`. */
  readonly failure: { readonly kind: FailureKind; readonly detail: string } | null;
}

/** How many differences are left. */
export function countOf(differences: ReconciliationSummary['differences']): number {
  return DIFFERENCE_KINDS.reduce((sum, kind) => sum + differences[kind], 0);
}
