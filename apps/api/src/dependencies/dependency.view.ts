import type { DependencyState } from '#limits';
import type { DependencyAnswer } from './dependency.schema.js';

/** A provider as operators see it. `state` is absent while nobody has asked for leave to call it, and nothing is set for it. */
export function dependencyView(name: string, productTypes: readonly string[], state: DependencyState | undefined): DependencyAnswer {
  return { name, productTypes: [...productTypes].sort(), ...(state ? stateView(state) : NEVER_CALLED) };
}

const NEVER_CALLED = {
  breaker: 'closed',
  failure: null,
  openUntil: null,
  throttledUntil: null,
  consecutiveFailures: 0,
  paused: null,
  ratePerMinute: 0,
  rateSetByOperator: false,
  tokens: null,
} as const;

function stateView(state: DependencyState): Omit<DependencyAnswer, 'name' | 'productTypes'> {
  const { breaker, kind, detail, openUntil, throttledUntil, consecutiveFailures, paused, ratePerMinute, rateSetByOperator, tokens } = state;
  return {
    breaker,
    failure: kind !== null && detail !== null ? { kind, detail } : null,
    openUntil: openUntil?.toISOString() ?? null,
    throttledUntil: throttledUntil?.toISOString() ?? null,
    consecutiveFailures,
    paused: paused && { by: paused.by, reason: paused.reason, at: paused.at.toISOString() },
    ratePerMinute,
    rateSetByOperator,
    tokens,
  };
}
