import { afterReport, passage, withProbe, type BreakerReport, type Passage } from './breaker.js';
import type { Leave, Refusal, Traffic } from './leave.js';
import { reserve, settle } from './rate.js';
import type { Context, Rules } from './rules.js';
import type { SharedState } from './shared-state.js';

const PAUSE_LOOK_MS = 60_000;

export interface Ask {
  readonly traffic: Traffic;
  readonly wanted: number;
  /** What a probe is noted under, if this becomes one. */
  readonly probeId: string;
}

export interface AskDecision {
  /** The same object when the answer changes nothing. */
  readonly state: SharedState;
  readonly leave: Leave;
  /** Each granted delivery is a probe. */
  readonly isProbe: boolean;
  /** Which the reservations belong to; null when none was made. */
  readonly generation: number | null;
}

export interface DeliveryReport extends BreakerReport {
  readonly calls: number;
  readonly generation: number | null;
}

/** Pause, then breaker, then rate. The only place that decides who may call. */
export function decideAsk(state: SharedState, { traffic, wanted, probeId }: Ask, context: Context): AskDecision {
  const { rules, nowMs } = context;
  if (rules.pause) return { state, leave: { granted: 0, refusal: pausedRefusal(rules.dependency, traffic === 'operator' ? rules.pause.reason : null) }, isProbe: false, generation: null };
  const allowed = passage(state, traffic, wanted, context);
  const { rate, granted, retryInMs, generation } = reserve(state.rate, traffic, allowed.most, { ratePerMinute: rules.ratePerMinute, nowMs });
  const refusal = granted < allowed.most ? rateRefusal(rules, retryInMs) : allowed.refusal;
  const charged = rate === state.rate ? state : { ...state, rate };
  const noted = isNoted(allowed, traffic, granted) ? withProbe(charged, probeId, context) : charged;
  return { state: noted, leave: { granted, refusal }, isProbe: allowed.isProbe && granted > 0, generation };
}

/** What one report changes. The same object when it changes nothing. */
export function decideReport(state: SharedState, report: DeliveryReport, context: Context): SharedState {
  const rate = settle(state.rate, report, { ratePerMinute: context.rules.ratePerMinute, nowMs: context.nowMs });
  return afterReport(rate === state.rate ? state : { ...state, rate }, report, context);
}

/** An operator's probe does not keep others from probing. */
function isNoted({ isProbe }: Passage, traffic: Traffic, granted: number): boolean {
  return isProbe && traffic !== 'operator' && granted > 0;
}

/** The reason is for operators: what is said to others stands on the learner's order. */
function pausedRefusal(dependency: string, reason: string | null): Refusal {
  return { cause: 'paused', kind: 'throttled', detail: `${dependency} is paused${reason === null ? '' : `: ${reason}`}.`, retryInMs: PAUSE_LOOK_MS };
}

function rateRefusal({ dependency, ratePerMinute }: Rules, retryInMs: number): Refusal {
  return { cause: 'rate', kind: 'throttled', detail: `${dependency} is called at most ${ratePerMinute} times a minute.`, retryInMs };
}
