import type { RefundRules } from './refund-rules.js';

/** What the refunds lib is told by its app. */
export interface RefundsOptions {
  /** How long somebody who works on a half of a refund has it for himself, in milliseconds. Longer than two calls of the slowest gateway. */
  readonly leaseMs: number;
  readonly rules: RefundRules;
  readonly retry: RefundRetry;
}

/** When a half that failed passingly is tried again by itself. Milliseconds. */
export interface RefundRetry {
  /** The wait after the first try; it doubles with each. */
  readonly baseMs: number;
  readonly maxDelayMs: number;
  /** From this age on it waits for an operator. */
  readonly maxAgeMs: number;
}

export const USUAL_RETRY: RefundRetry = { baseMs: 5_000, maxDelayMs: 30 * 60_000, maxAgeMs: 3 * 24 * 3_600_000 };
export const REFUNDS_OPTIONS = Symbol('REFUNDS_OPTIONS');
