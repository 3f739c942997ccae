import fc from 'fast-check';
import type { Traffic } from './leave.js';
import { ratePlan } from './rate-plan.js';
import { reserve, settle } from './rate.js';
import type { RateState } from './shared-state.js';

const MINUTE_MS = 60_000;
const START_MS = 1_700_000_000_000;

interface Delivery {
  readonly durationMs: number;
  /** When each call leaves, as part of the duration. */
  readonly calls: readonly number[];
}

interface Request {
  readonly atMs: number;
  readonly traffic: Traffic;
  readonly deliveries: readonly Delivery[];
}

interface Call {
  readonly atMs: number;
  readonly traffic: Traffic;
}

/** Asks at the given times and reports each delivery when it ends; answers every call in order. */
function simulate(ratePerMinute: number, requests: readonly Request[]): Call[] {
  let rate: RateState | null = null;
  const calls: Call[] = [];
  let reports: { atMs: number; traffic: Traffic; calls: number; generation: number | null }[] = [];
  const reportUntil = (limitMs: number): void => {
    const due = reports.filter(({ atMs }) => atMs <= limitMs).sort((a, b) => a.atMs - b.atMs);
    reports = reports.filter(({ atMs }) => atMs > limitMs);
    for (const report of due) rate = settle(rate, report, { ratePerMinute, nowMs: report.atMs });
  };
  for (const { atMs, traffic, deliveries } of [...requests].sort((a, b) => a.atMs - b.atMs)) {
    reportUntil(atMs);
    const leave = reserve(rate, traffic, deliveries.length, { ratePerMinute, nowMs: atMs });
    rate = leave.rate;
    for (const { durationMs, calls: parts } of deliveries.slice(0, leave.granted)) {
      calls.push(...parts.map((part) => ({ atMs: atMs + part * durationMs, traffic })));
      reports.push({ atMs: atMs + durationMs, traffic, calls: parts.length, generation: leave.generation });
    }
  }
  return calls.sort((a, b) => a.atMs - b.atMs);
}

/** The most calls in any 60 s. */
function busiestMinute(calls: readonly Call[]): number {
  let first = 0;
  return calls.reduce((most, { atMs }, index) => {
    while ((calls[first]?.atMs ?? atMs) <= atMs - MINUTE_MS) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

/** Each of `traffics` wants one more delivery every 50 ms for so many minutes. */
function always(traffics: readonly Traffic[], minutes: number, delivery: Delivery): Request[] {
  return Array.from({ length: minutes * 1_200 }, (_, index) => traffics.map((traffic) => ({ atMs: START_MS + index * 50, traffic, deliveries: [delivery] }))).flat();
}

const delivery = fc.record({ durationMs: fc.integer({ min: 0, max: MINUTE_MS }), calls: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }) });
const request = fc.record({ atMs: fc.integer({ min: 0, max: 5 * MINUTE_MS }).map((ms) => START_MS + ms), traffic: fc.constantFrom<Traffic>('buyer', 'backlog'), deliveries: fc.array(delivery, { minLength: 1, maxLength: 5 }) });

describe('a rate', () => {
  it('is never passed in any 60 s, whenever deliveries call, end and report', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 120 }), fc.array(request, { minLength: 50, maxLength: 400, size: 'max' }), (ratePerMinute, requests) => {
        expect(busiestMinute(simulate(ratePerMinute, requests))).toBeLessThanOrEqual(ratePerMinute);
      }),
      { numRuns: 150 },
    );
  });

  it('is not passed when all calls of the longest deliveries leave at their very end', () => {
    const slow = { durationMs: 20_000, calls: [1, 1, 1, 1] };
    expect(busiestMinute(simulate(100, always(['buyer', 'backlog'], 5, slow)))).toBeLessThanOrEqual(100);
  });

  it.each([
    [16, 'buyer', 0.45],
    [60, 'buyer', 0.8],
    [60, 'backlog', 0.8],
    [1_000, 'buyer', 0.85],
    [1_000, 'backlog', 0.85],
  ] as const)('of %s a minute is used by whoever is alone: %s, at least %s of it', (ratePerMinute, traffic, part) => {
    const calls = simulate(ratePerMinute, always([traffic], 10, { durationMs: 300, calls: [0.5] }));
    expect(calls.length / 10).toBeGreaterThan(part * ratePerMinute);
  });

  it.each([
    [60, 300],
    [1_000, 300],
    [1_000, 10_000],
  ])('of %s a minute is shared: with both busy and deliveries of %s ms the backlog has a fifth, buyers the rest', (ratePerMinute, durationMs) => {
    const calls = simulate(ratePerMinute, always(['buyer', 'backlog'], 20, { durationMs, calls: [0.5] }));
    const backlog = calls.filter(({ traffic }) => traffic === 'backlog').length / calls.length;
    expect(backlog).toBeGreaterThanOrEqual(0.19);
    expect(backlog).toBeLessThanOrEqual(0.35);
  });

  it.each([300, 10_000])('lets buyers in at once while the backlog uses all it can with deliveries of %s ms', (durationMs) => {
    const busy = always(['backlog'], 5, { durationMs, calls: [0.5] });
    const buyer = { atMs: START_MS + 4.5 * MINUTE_MS + 1_907, traffic: 'buyer' as const, deliveries: Array.from({ length: 5 }, () => ({ durationMs, calls: [0.5] })) };
    expect(simulate(1_000, [...busy, buyer]).filter(({ traffic }) => traffic === 'buyer')).toHaveLength(5);
  });

  it('at one moment lets a tenth go', () => {
    const { capacity, reserve: each } = ratePlan(1_000);
    const { granted } = reserve(null, 'buyer', 1_000, { ratePerMinute: 1_000, nowMs: START_MS });
    expect(granted).toBe(capacity.buyer / each);
    expect(capacity.buyer + capacity.backlog).toBe(100);
  });

  it.each([1, 2, 5])('of %s a minute is slow, and still moves', (ratePerMinute) => {
    expect(simulate(ratePerMinute, always(['backlog'], 20, { durationMs: 300, calls: [0.5] })).length).toBeGreaterThanOrEqual(ratePerMinute * 4);
  });
});

describe('a refusal', () => {
  const context = { ratePerMinute: 60, nowMs: START_MS };

  it('says when to come again, and then there is leave', () => {
    const first = reserve(null, 'backlog', 9, context);
    const reported = settle(first.rate, { traffic: 'backlog', calls: 1, generation: first.generation }, context);
    const again = reserve(reported, 'backlog', 1, context);
    expect(again.granted).toBe(0);
    expect(again.rate).toBe(reported);
    expect(reserve(reported, 'backlog', 1, { ...context, nowMs: START_MS + again.retryInMs }).granted).toBe(1);
    expect(reserve(reported, 'backlog', 1, { ...context, nowMs: START_MS + again.retryInMs - 2 }).granted).toBe(0);
  });
});

describe('an operator', () => {
  it('is served without tokens, and the buyers pay', () => {
    const context = { ratePerMinute: 60, nowMs: START_MS };
    const { rate, granted } = reserve(null, 'operator', 10, context);
    expect(granted).toBe(10);
    expect(rate?.buyer.tokens).toBe(-36);
    expect(reserve(rate, 'buyer', 1, context).granted).toBe(0);
  });
});

describe('a reservation', () => {
  const at = (nowMs: number) => ({ ratePerMinute: 60, nowMs });

  it('whose holder died lapses', () => {
    const { rate } = reserve(null, 'operator', 15, at(START_MS));
    expect(reserve(rate, 'buyer', 1, at(START_MS + MINUTE_MS - 1)).granted).toBe(0);
    expect(reserve(rate, 'buyer', 1, at(START_MS + 2 * MINUTE_MS)).granted).toBe(1);
  });

  it('whose holder died lapses although others go on', () => {
    let rate = reserve(null, 'operator', 10, at(START_MS)).rate;
    for (let second = 1; second <= 120; second += 1) {
      const leave = reserve(rate, 'buyer', 1, at(START_MS + second * 1_000));
      rate = leave.granted === 0 ? leave.rate : settle(leave.rate, { traffic: 'buyer', calls: 0, generation: leave.generation }, at(START_MS + second * 1_000 + 500));
    }
    expect(rate?.buyer).toMatchObject({ reserved: 0, reservedBefore: 0 });
  });

  it('that was never made is not given back: the calls are counted', () => {
    const before = reserve(null, 'buyer', 0, at(START_MS)).rate;
    const after = settle(before, { traffic: 'buyer', calls: 3, generation: null }, at(START_MS));
    expect(after?.buyer).toMatchObject({ tokens: ratePlan(60).capacity.buyer - 3, used: [[START_MS / 2_000, 3]] });
  });
});

describe('no rate', () => {
  it('reserves nothing and remembers nothing', () => {
    expect(reserve(null, 'backlog', 7, { ratePerMinute: 0, nowMs: START_MS })).toEqual({ rate: null, granted: 7, retryInMs: 0, generation: null });
    expect(settle(null, { traffic: 'backlog', calls: 7, generation: null }, { ratePerMinute: 0, nowMs: START_MS })).toBeNull();
  });
});
