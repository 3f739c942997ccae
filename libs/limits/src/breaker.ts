import type { BreakerKind, Refusal, Report, Traffic } from './leave.js';
import type { Context } from './rules.js';
import type { OpenedState, SharedState } from './shared-state.js';

export type BreakerStatus = 'closed' | 'open' | 'half_open';

/** While a probe is out nobody knows when it ends; whoever waits looks again after so long. */
const PROBE_LOOK_MS = 1_000;
/** What this process reckons the store's clock to be may be off by so much. */
const CLOCK_SLACK_MS = 5_000;
const THROTTLED_DEFAULT_MS = 10_000;
const THROTTLED_MIN_MS = 1_000;
const THROTTLED_MAX_MS = 3_600_000;

/** How many deliveries the breaker would let pass. */
export interface Passage {
  readonly most: number;
  /** Set when `most` is fewer than wanted. */
  readonly refusal: Refusal | null;
  /** They go although the breaker is open or the provider asked to wait: what they find decides. */
  readonly isProbe: boolean;
}

export interface BreakerReport {
  readonly traffic: Traffic;
  readonly report: Report;
  /** Of the probe that this delivery was; null when it was none. */
  readonly probeId: string | null;
}

export function breakerStatus({ opened }: SharedState, { rules, nowMs }: Context): BreakerStatus {
  if (!opened || rules.breaker.failures === 0) return 'closed';
  // A time that lies further ahead than a breaker stays open was written by a clock that was set back since.
  const leftMs = opened.untilMs - nowMs;
  return leftMs > 0 && leftMs <= rules.breaker.openMs + CLOCK_SLACK_MS ? 'open' : 'half_open';
}

/** An operator passes whatever the breaker says: who has mended the provider wants to know it now. */
export function passage(state: SharedState, traffic: Traffic, wanted: number, context: Context): Passage {
  const status = breakerStatus(state, context);
  const throttledMs = state.throttledUntilMs - context.nowMs;
  if (traffic === 'operator') return { most: wanted, refusal: null, isProbe: status !== 'closed' || throttledMs > 0 };
  if (state.opened && status === 'open') return refused(openRefusal(state.opened, state.opened.untilMs - context.nowMs));
  if (throttledMs > 0) return refused(throttledRefusal(context.rules.dependency, throttledMs));
  if (!state.opened || status === 'closed') return { most: wanted, refusal: null, isProbe: false };
  const probeMs = (state.opened.probe?.untilMs ?? 0) - context.nowMs;
  if (probeMs > 0) return refused(openRefusal(state.opened, Math.min(probeMs, PROBE_LOOK_MS)));
  return { most: 1, refusal: wanted > 1 ? openRefusal(state.opened, PROBE_LOOK_MS) : null, isProbe: true };
}

/** Notes who probes. A probe that is never reported is given up after the time that the breaker stays open. */
export function withProbe(state: SharedState, id: string, { rules, nowMs }: Context): SharedState {
  return state.opened ? { ...state, opened: { ...state.opened, probe: { id, untilMs: nowMs + rules.breaker.openMs } } } : state;
}

/** What the report of one delivery changes. The same object when it changes nothing. */
export function afterReport(state: SharedState, { traffic, report, probeId }: BreakerReport, context: Context): SharedState {
  const isProbe = probeId !== null && (traffic === 'operator' || state.opened?.probe?.id === probeId);
  switch (report.outcome) {
    case 'answered':
      return answered(state, isProbe, traffic);
    case 'failed':
      return failed(state, isProbe, report, context);
    case 'throttled':
      return withoutProbe({ ...state, throttledUntilMs: Math.max(state.throttledUntilMs, context.nowMs + waitMs(report.retryAfterMs)) }, probeId);
    case 'not_called':
      return withoutProbe(state, probeId);
  }
}

/** A late answer to a call that left before the breaker opened says nothing of now. An operator's probe also ends what the provider asked for. */
function answered(state: SharedState, isProbe: boolean, traffic: Traffic): SharedState {
  if (isProbe) return { ...state, failures: 0, opened: null, throttledUntilMs: traffic === 'operator' ? 0 : state.throttledUntilMs };
  return state.opened || state.failures === 0 ? state : { ...state, failures: 0 };
}

/** Late failures of calls that left before the breaker opened do not keep it open. */
function failed(state: SharedState, isProbe: boolean, report: { kind: BreakerKind; everywhere: boolean }, { rules, nowMs }: Context): SharedState {
  const { dependency, breaker } = rules;
  if (state.opened && !isProbe && breaker.failures > 0) return state;
  const failures = state.failures + 1;
  const opens = breaker.failures > 0 && ((state.opened && isProbe) || report.everywhere || failures >= breaker.failures);
  if (!opens) return { ...state, failures, opened: null };
  return { ...state, failures, opened: { kind: report.kind, detail: openDetail(dependency, failures, report), untilMs: nowMs + breaker.openMs, probe: null } };
}

function openDetail(dependency: string, failures: number, { kind, everywhere }: { kind: BreakerKind; everywhere: boolean }): string {
  if (everywhere) return `${dependency} refuses whoever calls (${kind}), so it is not called for a while.`;
  return `${dependency} failed ${failures === 1 ? 'once' : `${failures} times in a row`}, last with ${kind}, so it is not called for a while.`;
}

function withoutProbe(state: SharedState, probeId: string | null): SharedState {
  return state.opened?.probe && state.opened.probe.id === probeId ? { ...state, opened: { ...state.opened, probe: null } } : state;
}

function waitMs(retryAfterMs: number | null): number {
  return Math.min(Math.max(retryAfterMs ?? THROTTLED_DEFAULT_MS, THROTTLED_MIN_MS), THROTTLED_MAX_MS);
}

function refused(refusal: Refusal): Passage {
  return { most: 0, refusal, isProbe: false };
}

function openRefusal({ kind, detail }: OpenedState, retryInMs: number): Refusal {
  return { cause: 'open', kind, detail, retryInMs: Math.max(1, Math.ceil(retryInMs)) };
}

function throttledRefusal(dependency: string, retryInMs: number): Refusal {
  return { cause: 'rate', kind: 'throttled', detail: `${dependency} asked us to call less often.`, retryInMs: Math.max(1, Math.ceil(retryInMs)) };
}
