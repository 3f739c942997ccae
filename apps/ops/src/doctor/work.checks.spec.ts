import type { DependencyState } from '#limits';
import { backlogCheck, dependenciesCheck, workerCheck } from './work.checks.js';

const NOTHING = { oldestUnfulfilledPaidSeconds: 0, due: 0, waiting: 0, failed: 0, held: 0, lapsedLeases: 0, accepted: 0, overdue: 0 };

describe('the check of the backlog', () => {
  it.each([
    [{}, 'ok', 'Every paid line is delivered'],
    [{ waiting: 3, due: 1, oldestUnfulfilledPaidSeconds: 200 }, 'ok', '3 waiting (1 due now), 0 failed, 0 held, 0 left by a lost holder; the oldest was paid 3 min ago.'],
    [{ held: 1 }, 'ok', '1 held'],
    [{ accepted: 2 }, 'ok', 'Every other paid line is delivered, given up, or being delivered. 2 are with a provider that has accepted them for later.'],
    [{ failed: 1 }, 'warn', '1 failed'],
    [{ lapsedLeases: 2 }, 'warn', '2 left by a lost holder'],
  ])('judges %j: %s', async (change, verdict, fact) => {
    expect(await backlogCheck(() => Promise.resolve({ ...NOTHING, ...change }))).toMatchObject({ verdict, fact: expect.stringContaining(fact) });
  });
});

describe('the hint at a missing worker', () => {
  it.each([
    [null, 'ok'],
    [10_000, 'ok'],
    [10_001, 'warn'],
  ])('when the oldest due line has waited %p ms: %s', async (oldestDueMs, verdict) => {
    expect(await workerCheck(() => Promise.resolve({ oldestDueMs }), 5_000)).toMatchObject({ verdict });
  });
});

describe('the check of the dependencies', () => {
  const at = new Date('2026-11-22T12:00:00Z');
  const lms: DependencyState = {
    name: 'lms', breaker: 'closed', kind: null, detail: null, openUntil: null, throttledUntil: null, consecutiveFailures: 0, paused: null, ratePerMinute: 0, rateSetByOperator: false, tokens: null, store: 'postgresql',
  };

  it.each<[string, readonly DependencyState[], string, string]>([
    ['nobody', [], 'ok', 'Nobody has been called yet.'],
    ['one that works', [lms], 'ok', 'Calls may be made to lms.'],
    ['a paused one', [{ ...lms, paused: { by: 'olga', reason: 'upgrade', at } }], 'warn', 'lms is paused by olga since 2026-11-22 12:00:00Z: upgrade.'],
    ['an open breaker', [{ ...lms, breaker: 'open', kind: 'server', detail: 'lms failed 5 times in a row.', openUntil: at }], 'warn', 'its breaker is open, next tried 2026-11-22 12:00:00Z: lms failed 5 times in a row.'],
    ['one that throttles', [{ ...lms, throttledUntil: at }], 'warn', 'lms asked not to be called until 2026-11-22 12:00:00Z.'],
    ['one of two', [lms, { ...lms, name: 'mentor', breaker: 'half_open', kind: 'network' }], 'warn', 'mentor is not called, its breaker is being tried: network'],
  ])('judges %s', async (_, states, verdict, fact) => {
    expect(await dependenciesCheck(() => Promise.resolve(states))).toMatchObject({ verdict, fact: expect.stringContaining(fact) });
  });
});
