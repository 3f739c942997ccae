/** Who wants to call: a buyer at checkout, the backlog of what is tried again, or one human who sends one order again. */
export type Traffic = 'buyer' | 'backlog' | 'operator';

export const BREAKER_KINDS = ['configuration', 'network', 'timeout', 'server', 'throttled', 'unknown'] as const;

/** Why a dependency is not called, in the words of a line's failure. */
export type BreakerKind = (typeof BREAKER_KINDS)[number];

/** Why there is no leave now. `detail` is a sentence for operators. */
export interface Refusal {
  readonly cause: 'paused' | 'open' | 'rate';
  readonly kind: BreakerKind;
  readonly detail: string;
  /** At least 1. Asking earlier is in vain, asking then may be refused again. */
  readonly retryInMs: number;
}

/** For how many deliveries there is leave. `refusal` is set exactly when that is fewer than wanted. */
export interface Leave {
  readonly granted: number;
  readonly refusal: Refusal | null;
}

/** What came of one delivery that had leave. */
export type Report =
  /** The provider works, also when it says no to this one. */
  | { readonly outcome: 'answered' }
  /** `everywhere`: it will refuse whoever calls, as with wrong credentials, so it opens the breaker at once. */
  | { readonly outcome: 'failed'; readonly kind: BreakerKind; readonly everywhere: boolean }
  /** 429. Null: the provider did not say for how long, which counts as 10 s. Between 1 s and 1 h in any case. */
  | { readonly outcome: 'throttled'; readonly retryAfterMs: number | null }
  /** No call was made. */
  | { readonly outcome: 'not_called' };
