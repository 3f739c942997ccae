import type { FailureKind } from '#orders';

export const PAYMENT_STATUSES = ['created', 'started', 'captured', 'failed'] as const;
/** `created`: written, and nobody knows whether its gateway has heard of it. `started`: the gateway waits for the buyer. `failed`: it can never be paid, unless the gateway says so after all. */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];
export type PaymentEvent = 'start' | 'capture' | 'fail';

/** The life of a payment. */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, Readonly<Partial<Record<PaymentEvent, PaymentStatus>>>>> = {
  created: { start: 'started', capture: 'captured', fail: 'failed' },
  started: { capture: 'captured', fail: 'failed' },
  failed: { capture: 'captured' },
  captured: {},
};

export const PARKED_CAUSES = ['order_expired', 'already_paid', 'already_owned', 'amount_differs'] as const;
/** Why captured money did not open its order. */
export type ParkedCause = (typeof PARKED_CAUSES)[number];
/** `refund`: it goes back by itself. `ask`: an operator decides. `done`: decided. */
export type ParkedAction = 'refund' | 'ask' | 'done';

/** One payment of an order, as it is written here. Amounts in whole minor units of `currency`. */
export interface Payment {
  /** UUID: the idempotency key towards the gateway. */
  readonly id: string;
  readonly orderId: string;
  readonly orderNumber: string;
  /** By its name in the map of payment processors. */
  readonly processor: string;
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  readonly currency: string;
  /** What the gateway calls it. */
  readonly reference: string | null;
  readonly captureReference: string | null;
  readonly capturedMinor: number;
  /** What the gateway took is in this currency; null before. */
  readonly capturedCurrency: string | null;
  /** What went back of it, whoever returned it. */
  readonly refundedMinor: number;
  /** What is on its way back. */
  readonly reservedMinor: number;
  /** Why its last try was declined, in the gateway's words. */
  readonly declined: string | null;
  /** Its money opened the order. */
  readonly openedOrder: boolean;
  readonly parked: { readonly cause: ParkedCause; readonly action: ParkedAction } | null;
  /** Somebody owes it, and it was delivered on trust: an invoice. */
  readonly owed: boolean;
  readonly owedSettledAt: Date | null;
  /** Why the gateway could not be asked when it was last to be; null where it could. */
  readonly failure: { readonly kind: FailureKind; readonly detail: string } | null;
  /** So many read-backs by the scheduler in a row came to nothing, one that is under way among them. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly capturedAt: Date | null;
}

/** The payment of an order that its buyer can still make: there is one at the most. */
export function livingOf(payments: readonly Payment[]): Payment | undefined {
  return payments.find(({ status }) => status === 'created' || status === 'started');
}
