import type { Traffic } from './leave.js';
import { ratePlan, type RatePlan, type ShareName } from './rate-plan.js';
import { WINDOW_MS, forgetOld, hasRoom, record, roomInMs } from './rate-window.js';
import type { RateState, ShareState } from './shared-state.js';

/** A reservation whose holder died lapses after one to two of these: no living delivery may take longer than one. */
const GENERATION_MS = 60_000;

export interface RateLeave {
  readonly rate: RateState | null;
  readonly granted: number;
  /** When to ask for the next one; 0 when all were granted. */
  readonly retryInMs: number;
  /** Which the reservations belong to; null when none was made. */
  readonly generation: number | null;
}

export interface CallsMade {
  readonly traffic: Traffic;
  readonly calls: number;
  readonly generation: number | null;
}

export interface RateContext {
  readonly ratePerMinute: number;
  readonly nowMs: number;
}

/** Reserves the calls of as many deliveries as fit. An operator is always served, and his calls are taken off the buyers' share. */
export function reserve(rate: RateState | null, traffic: Traffic, wanted: number, { ratePerMinute, nowMs }: RateContext): RateLeave {
  if (ratePerMinute === 0) return { rate, granted: wanted, retryInMs: 0, generation: null };
  const plan = ratePlan(ratePerMinute);
  const name = shareOf(traffic);
  let current = filled(rate, plan, nowMs);
  let granted = 0;
  while (granted < wanted && (traffic === 'operator' || (current[name].tokens >= plan.reserve && hasRoom(current, name, plan)))) {
    current = { ...current, [name]: taken(current[name], plan.reserve) };
    granted += 1;
  }
  const retryInMs = granted === wanted ? 0 : untilNextMs(current, name, plan, nowMs);
  return { rate: granted === 0 ? rate : current, granted, retryInMs, generation: granted === 0 ? null : current.generation };
}

/** Gives back what one delivery did not use. Calls without a reservation, because there was no limit when they began, are counted too. */
export function settle(rate: RateState | null, { traffic, calls, generation }: CallsMade, { ratePerMinute, nowMs }: RateContext): RateState | null {
  if (ratePerMinute === 0) return rate;
  const plan = ratePlan(ratePerMinute);
  const name = shareOf(traffic);
  const current = filled(rate, plan, nowMs);
  return { ...current, [name]: record(paid(given(current, name, generation, plan.reserve), calls), calls, nowMs) };
}

/** The buckets as they are now: what overflows one goes to the other, so whoever is alone gets everything. */
export function filled(rate: RateState | null, plan: RatePlan, nowMs: number): RateState {
  const generation = Math.floor(nowMs / GENERATION_MS);
  if (!rate) return { filledAtMs: nowMs, generation, buyer: fullShare(plan.capacity.buyer), backlog: fullShare(plan.capacity.backlog) };
  const elapsedMs = Math.max(nowMs - rate.filledAtMs, 0);
  const [buyer, backlog] = [rate.buyer.tokens + elapsedMs * plan.refillPerMs.buyer, rate.backlog.tokens + elapsedMs * plan.refillPerMs.backlog];
  const [buyerSpill, backlogSpill] = [Math.max(0, buyer - plan.capacity.buyer), Math.max(0, backlog - plan.capacity.backlog)];
  const aged = (share: ShareState): ShareState => forgetOld(withoutLapsed(share, generation - rate.generation), nowMs);
  return {
    filledAtMs: nowMs,
    generation,
    buyer: { ...aged(rate.buyer), tokens: Math.min(plan.capacity.buyer, buyer + backlogSpill) },
    backlog: { ...aged(rate.backlog), tokens: Math.min(plan.capacity.backlog, backlog + buyerSpill) },
  };
}

function shareOf(traffic: Traffic): ShareName {
  return traffic === 'backlog' ? 'backlog' : 'buyer';
}

function fullShare(tokens: number): ShareState {
  return { tokens, used: [], reserved: 0, reservedBefore: 0 };
}

function withoutLapsed(share: ShareState, generations: number): ShareState {
  if (generations === 0) return share;
  return { ...share, reserved: 0, reservedBefore: generations === 1 ? share.reserved : 0 };
}

function taken(share: ShareState, tokens: number): ShareState {
  return { ...share, tokens: share.tokens - tokens, reserved: share.reserved + tokens };
}

/** With one reservation given back, unless it has lapsed. */
function given(rate: RateState, name: ShareName, generation: number | null, tokens: number): ShareState {
  const share = rate[name];
  if (generation === rate.generation) return released(share, { reserved: Math.max(0, share.reserved - tokens) });
  if (generation === rate.generation - 1) return released(share, { reservedBefore: Math.max(0, share.reservedBefore - tokens) });
  return share;
}

function released(share: ShareState, left: Partial<ShareState>): ShareState {
  const after = { ...share, ...left };
  return { ...after, tokens: share.tokens + share.reserved - after.reserved + share.reservedBefore - after.reservedBefore };
}

function paid(share: ShareState, calls: number): ShareState {
  return { ...share, tokens: share.tokens - calls };
}

function untilNextMs(rate: RateState, name: ShareName, plan: RatePlan, nowMs: number): number {
  const other = name === 'buyer' ? 'backlog' : 'buyer';
  const spill = rate[other].tokens >= plan.capacity[other] ? plan.refillPerMs[other] : 0;
  const tokensInMs = (plan.reserve - rate[name].tokens) / (plan.refillPerMs[name] + spill);
  const inMs = hasRoom(rate, name, plan) ? tokensInMs : Math.max(tokensInMs, roomInMs(rate, nowMs));
  return Math.min(Math.max(1, Math.ceil(inMs)), WINDOW_MS);
}
