import type { FailureKind } from './failure.js';
import type { LineStatus, OrderStatus } from './transitions.js';

export interface Failure {
  readonly kind: FailureKind;
  /** The provider's words. */
  readonly detail: string;
  /** Tried again by itself, when it is due. */
  readonly passing: boolean;
}

/** A line at one moment. Money in minor units of the order's currency. */
export interface LineSnapshot {
  readonly id: string;
  readonly sku: string;
  readonly productType: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly status: LineStatus;
  readonly attempts: number;
  readonly failure: Failure | null;
  readonly nextAttemptAt: Date | null;
  readonly receipt: string | null;
  /** While the provider has accepted it for later: until when it is waited for. */
  readonly acceptedUntil: Date | null;
}

/** An order and its lines at one moment. */
export interface OrderSnapshot {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly totalMinor: number;
  readonly placedAt: Date;
  /** While it waits for its money: until when. */
  readonly expiresAt: Date | null;
  readonly learner: { readonly username: string; readonly email: string | null };
  readonly payment: { readonly processor: string; readonly reference: string | null; readonly status: PaymentStatus };
  readonly lines: readonly LineSnapshot[];
}

export type PaymentStatus = 'pending' | 'settled';

/** Of a line: `lapsed` is what nobody paid for in time. */
export type LinePayment = 'awaited' | 'paid' | 'lapsed';
