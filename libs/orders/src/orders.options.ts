export interface OrdersOptions {
  /** How long a claim holds. Longer than the longest delivery can take: see the boot check of `FulfillmentModule`. */
  readonly leaseMs: number;
  /** Until this age an idempotency record without an answer means: still running. */
  readonly answerDueMs: number;
}

export const ORDERS_OPTIONS = Symbol('ORDERS_OPTIONS');
