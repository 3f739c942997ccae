import type { RatePlan, ShareName } from './rate-plan.js';
import type { RateState, ShareState } from './shared-state.js';

export const WINDOW_MS = 60_000;
const SLOT_MS = 2_000;
/** Soonest look where all that fills the window is not yet reported. */
const LOOK_MS = 1_000;

/** Counts calls at the time of their report, which is never before the call: whoever is counted for a minute was in every window that he can have been in. */
export function record(share: ShareState, calls: number, nowMs: number): ShareState {
  const slot = Math.floor(nowMs / SLOT_MS);
  const [last, before] = [share.used.at(-1), share.used.slice(0, -1)];
  if (calls === 0) return share;
  return { ...share, used: last?.[0] === slot ? [...before, [slot, last[1] + calls]] : [...share.used, [slot, calls]] };
}

/** Without what is older than a minute, and what a clock that was set back left in the future. */
export function forgetOld(share: ShareState, nowMs: number): ShareState {
  const kept = share.used.filter(([slot]) => (slot + 1) * SLOT_MS > nowMs - WINDOW_MS && slot * SLOT_MS <= nowMs);
  return kept.length === share.used.length ? share : { ...share, used: kept };
}

/**
 * Whether one more delivery fits: even if every reserved call is made now, no minute has more than the rate.
 * This is what holds the rate; the buckets only spread it.
 */
export function hasRoom(rate: RateState, name: ShareName, plan: RatePlan): boolean {
  const own = usage(rate[name]) + plan.reserve;
  const total = usage(rate.buyer) + usage(rate.backlog) + plan.reserve;
  return total <= (own <= plan.quota[name] ? plan.perMinute : plan.borrowersLimit);
}

/** When the oldest calls leave the window. */
export function roomInMs(rate: RateState, nowMs: number): number {
  const oldest = Math.min(...[...rate.buyer.used, ...rate.backlog.used].map(([slot]) => (slot + 1) * SLOT_MS));
  return Number.isFinite(oldest) ? oldest + WINDOW_MS - nowMs : LOOK_MS;
}

function usage({ used, reserved, reservedBefore }: ShareState): number {
  return used.reduce((sum, [, calls]) => sum + calls, reserved + reservedBefore);
}
