import type { FailureKind } from './failure.js';

/** Whose key it is, and what was asked under it. One key, one order, one answer. */
export interface IdempotencyScope {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
}

/** Why a line is not delivered as it is placed: its provider must not be called now. */
export interface LineRefusal {
  readonly kind: FailureKind;
  readonly detail: string;
  /** When it is due, from its placing. */
  readonly retryInMs: number;
}

/** A line to be placed: what was sold, and at what price, as it stood in the catalog then. */
export interface NewLine {
  /** UUIDv7, made by the caller: the line's idempotency key for ever. */
  readonly id: string;
  /** The claim that the line is born with. */
  readonly claimId: string;
  readonly sku: string;
  readonly productId: string;
  readonly productType: string;
  readonly title: string;
  readonly details: unknown;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Refuse the order when the learner owns or awaits this product. */
  readonly soldOnce: boolean;
  /** Null: it is born claimed, by whoever places it. Else it is born waiting, and nobody holds it. */
  readonly refusal: LineRefusal | null;
}

/** An order that waits for its money. Its lines are delivered when it is paid (`PendingOrders.pay`). */
export interface NewPendingOrder extends Omit<NewOrder, 'payment' | 'requestedBy' | 'lines'> {
  readonly processor: string;
  readonly lines: readonly Omit<NewLine, 'claimId' | 'refusal'>[];
  /** It is given up so long after it was placed, in milliseconds … */
  readonly waitsForMs: number;
  /** … and no later than this: the first moment at which one of its SKUs is no longer sold. */
  readonly waitsUntil: Date | null;
}

/** An order whose payment is settled as it is placed. Its lines are delivered next, by whoever places it, but for those that are refused. */
export interface NewOrder {
  readonly id: string;
  readonly currency: string;
  readonly totalMinor: number;
  readonly learner: { readonly username: string; readonly email: string | null; readonly address: string | null };
  readonly placedBy: string;
  readonly emailOptIn: boolean;
  readonly payment: { readonly processor: string; readonly reference: string | null };
  readonly idempotency: IdempotencyScope & { readonly fingerprint: string };
  /** Who asked for the delivery, for the attempt rows. */
  readonly requestedBy: string;
  readonly lines: readonly NewLine[];
}
