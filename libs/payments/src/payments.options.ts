/** What the payments lib is told by its app. */
export interface PaymentsOptions {
  /** How long somebody who works on a payment, or on an event of one, has it for himself, in milliseconds. Longer than two calls of the slowest gateway. */
  readonly leaseMs: number;
}

export const PAYMENTS_OPTIONS = Symbol('PAYMENTS_OPTIONS');
