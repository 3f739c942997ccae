import { breakerStatus, type BreakerStatus } from './breaker.js';
import type { KnownDependencies } from './known-dependencies.js';
import type { BreakerKind } from './leave.js';
import { ratePlan } from './rate-plan.js';
import { filled } from './rate.js';
import type { Pause } from './rules.js';
import type { StateStore } from './state-store.js';

/** One dependency at one moment, for operators and metrics. */
export interface DependencyState {
  readonly name: string;
  readonly breaker: BreakerStatus;
  /** Why the breaker is not closed; null when it is. `detail` is a sentence. */
  readonly kind: BreakerKind | null;
  readonly detail: string | null;
  /** From then on one delivery may probe. May be past. */
  readonly openUntil: Date | null;
  /** Until then the provider asked not to be called. Never past. */
  readonly throttledUntil: Date | null;
  readonly consecutiveFailures: number;
  readonly paused: Pause | null;
  /** What counts now; 0: no limit. */
  readonly ratePerMinute: number;
  readonly rateSetByOperator: boolean;
  /** Calls that could begin now; below 0 when an operator sent orders again. Null without a limit. */
  readonly tokens: { readonly buyer: number; readonly backlog: number } | null;
  readonly store: StateStore['kind'];
}

export function dependencyView(name: string, known: KnownDependencies): DependencyState {
  const state = known.state(name);
  const context = known.context(name);
  const { rules, nowMs } = context;
  const breaker = breakerStatus(state, context);
  const opened = breaker === 'closed' ? null : state.opened;
  const rate = rules.ratePerMinute === 0 ? null : filled(state.rate, ratePlan(rules.ratePerMinute), nowMs);
  return {
    name,
    breaker,
    kind: opened?.kind ?? null,
    detail: opened?.detail ?? null,
    openUntil: opened && new Date(opened.untilMs),
    throttledUntil: state.throttledUntilMs > nowMs ? new Date(state.throttledUntilMs) : null,
    consecutiveFailures: state.failures,
    paused: rules.pause,
    ratePerMinute: rules.ratePerMinute,
    rateSetByOperator: known.setting(name)?.ratePerMinute != null,
    tokens: rate && { buyer: rate.buyer.tokens, backlog: rate.backlog.tokens },
    store: known.store,
  };
}
