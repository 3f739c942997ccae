import type { BreakerOptions } from './limits.options.js';

/** By whom and why a dependency is not called. */
export interface Pause {
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** What configuration and operators say of one dependency. */
export interface Rules {
  readonly dependency: string;
  readonly breaker: BreakerOptions;
  /** 0: no limit. */
  readonly ratePerMinute: number;
  readonly pause: Pause | null;
}

/** The rules, and the store's time. */
export interface Context {
  readonly rules: Rules;
  readonly nowMs: number;
}
