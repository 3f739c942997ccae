import type { OrderSnapshot, RepeatedRequest, StoredAnswer } from '#orders';
import type { PaymentStep } from './payment-step.js';

/** Who calls. `address` is his own network address. */
export interface Caller {
  readonly username: string;
  readonly email: string | null;
  /** May sell to others, by invoice, and again. */
  readonly isStaff: boolean;
  readonly address: string | null;
}

/** What is asked for, checked for form only. */
export interface CheckoutRequest {
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  /** The caller himself when left out. */
  readonly learner?: { readonly username: string; readonly email?: string | undefined } | undefined;
  /** `free` when left out. */
  readonly payment?: { readonly processor: string; readonly reference?: string | undefined } | undefined;
  readonly emailOptIn: boolean;
  /** What the buyer was shown as the total, in minor units: with another one nothing is sold. Not compared when left out. */
  readonly expectedTotalMinor?: number | undefined;
}

/** A request as it may be sent again, and how it is answered; `step` where the order waits for its money. */
export interface CheckoutKey extends Omit<RepeatedRequest, 'render'> {
  readonly render: (order: OrderSnapshot, step?: PaymentStep) => StoredAnswer;
}
