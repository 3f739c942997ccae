import fc from 'fast-check';
import { decideAsk, decideReport } from './dependency-state.js';
import { HeldLeaves } from './held-leaves.js';
import { assertDependencyName, assertOptions } from './limits.options.js';
import type { Context, Rules } from './rules.js';
import { UNKNOWN_STATE, readState, type SharedState } from './shared-state.js';

const NOW_MS = 1_700_000_000_000;
const RULES: Rules = { dependency: 'lms', breaker: { failures: 3, openMs: 30_000 }, ratePerMinute: 0, pause: null };
const under = (rules: Partial<Rules> = {}, nowMs = NOW_MS): Context => ({ rules: { ...RULES, ...rules }, nowMs });
const ask = (wanted = 1, traffic: 'buyer' | 'backlog' | 'operator' = 'buyer') => ({ traffic, wanted, probeId: 'p1' });
const HALF_OPEN: SharedState = { ...UNKNOWN_STATE, failures: 3, opened: { kind: 'server', detail: 'd', untilMs: NOW_MS - 1, probe: null } };

describe('leave', () => {
  it('is given without a change while nothing is wrong', () => {
    const decision = decideAsk(UNKNOWN_STATE, ask(7), under());
    expect(decision).toEqual({ state: UNKNOWN_STATE, leave: { granted: 7, refusal: null }, isProbe: false, generation: null });
    expect(decision.state).toBe(UNKNOWN_STATE);
  });

  it.each(['buyer', 'backlog', 'operator'] as const)('is not given to %s while an operator paused', (traffic) => {
    const pause = { by: 'ann', reason: 'LMS upgrade', at: new Date(NOW_MS) };
    expect(decideAsk(UNKNOWN_STATE, ask(1, traffic), under({ pause })).leave).toEqual({
      granted: 0,
      refusal: { cause: 'paused', kind: 'throttled', detail: traffic === 'operator' ? 'lms is paused: LMS upgrade.' : 'lms is paused.', retryInMs: 60_000 },
    });
  });

  it('to probe takes a reservation like any other', () => {
    const { state, leave, isProbe } = decideAsk(HALF_OPEN, ask(2), under({ ratePerMinute: 60 }));
    expect({ leave, isProbe }).toEqual({ leave: { granted: 1, refusal: { cause: 'open', kind: 'server', detail: 'd', retryInMs: 1_000 } }, isProbe: true });
    expect(state.opened?.probe).toEqual({ id: 'p1', untilMs: NOW_MS + 30_000 });
    expect(state.rate?.buyer.reserved).toBe(4);
  });

  it('to probe is not noted when the rate refuses it', () => {
    const context = under({ ratePerMinute: 60 });
    const used = { ...HALF_OPEN, rate: decideAsk(UNKNOWN_STATE, ask(9), context).state.rate };
    const { state, leave, isProbe } = decideAsk(used, ask(1), context);
    expect({ cause: leave.refusal?.cause, granted: leave.granted, isProbe }).toEqual({ cause: 'rate', granted: 0, isProbe: false });
    expect(state).toBe(used);
  });

  it('for a part says why not for the rest', () => {
    const { leave } = decideAsk(UNKNOWN_STATE, ask(9), under({ ratePerMinute: 60 }));
    expect(leave).toEqual({ granted: 1, refusal: { cause: 'rate', kind: 'throttled', detail: 'lms is called at most 60 times a minute.', retryInMs: expect.any(Number) } });
  });
});

describe('a report', () => {
  it('of an answer changes nothing while nothing is wrong', () => {
    expect(decideReport(UNKNOWN_STATE, { traffic: 'buyer', calls: 1, report: { outcome: 'answered' }, probeId: null, generation: null }, under())).toBe(UNKNOWN_STATE);
  });

  it('changes breaker and rate together', () => {
    const context = under({ ratePerMinute: 60 });
    const { state, generation } = decideAsk(UNKNOWN_STATE, ask(), context);
    const after = decideReport(state, { traffic: 'buyer', calls: 3, report: { outcome: 'failed', kind: 'timeout', everywhere: false }, probeId: null, generation }, context);
    expect(after).toMatchObject({ failures: 1, rate: { buyer: { tokens: 1, reserved: 0 } } });
  });
});

describe('a stored state', () => {
  it('is read as it was written', () => {
    const context = under({ ratePerMinute: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('buyer' as const, 'backlog' as const), fc.integer({ min: 1, max: 9 })), { maxLength: 9 }), (asks) => {
        const state = asks.reduce((before, [traffic, wanted]) => decideAsk(before, ask(wanted, traffic), context).state, HALF_OPEN);
        expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
    );
  });

  it.each([null, 'x', {}, { ...UNKNOWN_STATE, failures: 'many' }])('that cannot be read counts as unknown: %j', (stored) => {
    expect(readState(stored)).toBe(UNKNOWN_STATE);
  });
});

describe('held leaves', () => {
  it('are taken oldest first, for their dependency and traffic', () => {
    const held = new HeldLeaves();
    held.hold('lms', 'buyer', { probeId: null, generation: 1 }, 2);
    held.hold('lms', 'buyer', { probeId: 'p1', generation: null }, 1);
    held.hold('lms', 'backlog', { probeId: null, generation: null }, 5);
    expect(held.take('lms', 'backlog')).toEqual({ probeId: null, generation: null });
    expect([1, 2, 3, 4].map(() => held.take('lms', 'buyer'))).toEqual([
      { probeId: null, generation: 1 },
      { probeId: null, generation: 1 },
      { probeId: 'p1', generation: null },
      { probeId: null, generation: null },
    ]);
  });
});

describe('options', () => {
  const options = { redisUrl: null, breaker: { failures: 5, openMs: 30_000 }, ratePerMinute: { lms: 60 } };

  it('that are right are taken', () => {
    expect(() => {
      assertOptions({ ...options, breaker: { failures: 0, openMs: 1 }, ratePerMinute: { lms: 0, 'plug-in@acme/vouchers.eu': 1 } });
    }).not.toThrow();
  });

  it.each([
    ['failures', { ...options, breaker: { failures: -1, openMs: 1 } }],
    ['stays open', { ...options, breaker: { failures: 1, openMs: 0 } }],
    ['The rate of lms', { ...options, ratePerMinute: { lms: 1.5 } }],
    ['cannot be called "LMS"', { ...options, ratePerMinute: { LMS: 1 } }],
  ])('that are wrong are named: %s', (words, wrong) => {
    expect(() => {
      assertOptions(wrong);
    }).toThrow(words);
  });

  it.each(['', 'LMS', '1lms', 'lms eu', 'l'.repeat(64), 'lms\n'])('a dependency is not called %j', (name) => {
    expect(() => {
      assertDependencyName(name);
    }).toThrow('cannot be called');
  });
});
