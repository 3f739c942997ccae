import assert from 'node:assert/strict';
import type { FailureKind } from '../failures.js';
import { assertFacts } from './facts.js';
import { judgeFaultyCall } from './faulty-call.js';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench, atNextBench, providerOf } from './rule.js';

/** How much of the two minutes may be over when it is read. */
const SLACK_MS = 60_000;

export const reportsAnOutage: Rule = (harness) =>
  judgeFaultyCall(harness, { verb: 'fulfill', scenario: 'unavailable' }, (failure) => {
    assertFacts('fulfill', failure, { kind: 'server', passing: true, httpStatus: 503 });
    assertDelivered(harness, 0);
  });

/** When to try again is decided elsewhere, and every call is on record before it leaves. */
export const repeatsNothingByItself: Rule = async (harness) => {
  for (const scenario of ['unavailable', 'throttled', 'resetBefore'] as const) {
    await judgeFaultyCall(harness, { verb: 'fulfill', scenario }, () => {
      const count = providerOf(harness).changeCount();
      assert.equal(count, 1, `One fulfill sent ${count} calls that change something (${scenario}): it must send one.`);
    });
  }
};

export const reportsThrottling: Rule = (harness) =>
  judgeFaultyCall(harness, { verb: 'fulfill', scenario: 'throttled' }, (failure) => assertFacts('fulfill', failure, { kind: 'throttled', passing: true, retryAfterMs: 7_000 }));

export const reportsThrottlingUntilADate: Rule = (harness) =>
  judgeFaultyCall(harness, { verb: 'fulfill', scenario: 'throttledUntil' }, (failure) => {
    assertFacts('fulfill', failure, { kind: 'throttled', passing: true });
    const { retryAfterMs } = failure;
    assert.ok(retryAfterMs !== null && retryAfterMs > SLACK_MS && retryAfterMs <= 2 * SLACK_MS, `The wait is ${retryAfterMs} ms: Retry-After gave the date in two minutes.`);
  });

export const reportsATimeoutBeforeDelivery: Rule = (harness) => unknownOutcome(harness, 'hangBefore', 'timeout');
export const reportsATimeoutAfterDelivery: Rule = (harness) => unknownOutcome(harness, 'hangAfter', 'timeout');
export const reportsAResetBeforeDelivery: Rule = (harness) => unknownOutcome(harness, 'resetBefore', 'network');
export const reportsAResetAfterDelivery: Rule = (harness) => unknownOutcome(harness, 'resetAfter', 'network');
export const reportsGarbage: Rule = (harness) => unknownOutcome(harness, 'garbage', 'server');
export const boundsASlowDrip: Rule = (harness) => unknownOutcome(harness, 'slowDrip', 'timeout');

export const reportsARefusedConnection: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await provider.stop();
    try {
      // The first call may still meet a kept-alive connection that does not know yet of its end.
      await bench.failureOf('fulfill');
      const failure = await bench.failureOf('fulfill');
      assertFacts('fulfill', failure, { kind: 'network', passing: true, mayHaveArrived: false });
    } finally {
      await provider.start();
    }
  });
};

/** A call that left without telling what came of it is read back, and the next attempt leaves exactly one product. */
async function unknownOutcome(harness: FulfillerHarness, scenario: Scenario, kind: FailureKind): Promise<void> {
  await judgeFaultyCall(harness, { verb: 'fulfill', scenario }, async (failure, bench) => {
    assertFacts('fulfill', failure, { kind, passing: true, mayHaveArrived: true, readBack: true });
    const arrived = providerOf(harness).deliveredCount() === 1;
    providerOf(harness).respond('normal');
    await atNextBench(bench, AMPLE_TIMEOUT_MS, async (next) => {
      const found = await next.verify({ attempt: 2 });
      assert.equal(found !== null, arrived, `After ${scenario}, verify must say what is there: ${arrived ? 'it was delivered' : 'nothing'}.`);
      await next.fulfill({ attempt: 2 });
      assertDelivered(harness, 1);
    });
  });
}
