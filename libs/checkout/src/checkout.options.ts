/** What the checkout lib is told by its app. */
export interface CheckoutOptions {
  /** How long an order waits for its payment, in milliseconds: less where one of its SKUs is sold for less. */
  readonly pendingOrderTtlMs: number;
}

export const CHECKOUT_OPTIONS = Symbol('CHECKOUT_OPTIONS');
