import assert from 'node:assert/strict';
import type { DeliveryFailure, FailureKind } from '../failures.js';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Bench, type Rule, SHORT_TIMEOUT_MS, assertDelivered, assertReceipt, atBench, failureOf, providerOf } from './rule.js';

const TRIES = 5;

export const reportsAnOutage: Rule = (harness) =>
  underScenario(harness, 'unavailable', (failure) => {
    assertFacts(failure, { kind: 'server', passing: true, httpStatus: 503 });
    assertDelivered(harness, 0);
  });

/** When to try again is decided elsewhere, and every call is on record before it leaves. */
export const repeatsNothingByItself: Rule = async (harness) => {
  for (const scenario of ['unavailable', 'throttled', 'resetBefore'] as const) {
    await underScenario(harness, scenario, () => {
      const count = providerOf(harness).changeCount();
      assert.equal(count, 1, `One fulfill sent ${count} calls that change something (${scenario}): it must send one.`);
    });
  }
};

export const reportsThrottling: Rule = (harness) =>
  underScenario(harness, 'throttled', (failure) => assertFacts(failure, { kind: 'throttled', passing: true, retryAfterMs: 7_000 }));

export const reportsATimeoutBeforeDelivery: Rule = (harness) => unknownOutcome(harness, 'hangBefore', 'timeout');
export const reportsATimeoutAfterDelivery: Rule = (harness) => unknownOutcome(harness, 'hangAfter', 'timeout');
export const reportsAResetBeforeDelivery: Rule = (harness) => unknownOutcome(harness, 'resetBefore', 'network');
export const reportsAResetAfterDelivery: Rule = (harness) => unknownOutcome(harness, 'resetAfter', 'network');
export const reportsGarbage: Rule = (harness) => unknownOutcome(harness, 'garbage', 'server');
export const boundsASlowDrip: Rule = (harness) => unknownOutcome(harness, 'slowDrip', 'timeout');

export const reportsARefusedConnection: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    await provider.stop();
    try {
      // The first call may still meet a kept-alive connection that does not know yet of its end.
      await failureOf(fulfiller.fulfill(request()));
      const failure = await failureOf(fulfiller.fulfill(request()));
      assertFacts(failure, { kind: 'network', passing: true, mayHaveArrived: false });
    } finally {
      await provider.start();
    }
  });
};

/** A call that left without telling what came of it is read back, and the next attempt leaves exactly one product. */
async function unknownOutcome(harness: FulfillerHarness, scenario: Scenario, kind: FailureKind): Promise<void> {
  await underScenario(harness, scenario, async (failure, { fulfiller, request }) => {
    assertFacts(failure, { kind, passing: true, mayHaveArrived: true, readBack: true });
    const arrived = providerOf(harness).deliveredCount() === 1;
    providerOf(harness).respond('normal');
    // The time-out is short here: a read-back that a busy machine keeps from its answer may be asked again.
    const found = await persist(() => fulfiller.verify(request({ attempt: 2 })));
    assert.equal(found !== null, arrived, `After ${scenario}, verify must say what is there.`);
    assertReceipt(await persist(() => fulfiller.fulfill(request({ attempt: 2 }))));
    assertDelivered(harness, 1);
  });
}

async function underScenario(harness: FulfillerHarness, scenario: Scenario, judge: (failure: DeliveryFailure, bench: Bench) => void | Promise<void>): Promise<void> {
  const provider = providerOf(harness);
  const timeoutMs = scenario.startsWith('hang') || scenario === 'slowDrip' ? SHORT_TIMEOUT_MS : AMPLE_TIMEOUT_MS;
  let isJudged = false;
  // On a busy machine a short time-out may pass before the call reaches the provider: then nothing was shown yet.
  for (let tries = 0; tries < TRIES && !isJudged; tries += 1) {
    await atBench(harness, timeoutMs, async (bench) => {
      provider.respond(scenario);
      const failure = await failureOf(bench.fulfiller.fulfill(bench.request()));
      isJudged = provider.changeCount() > 0;
      if (isJudged) await judge(failure, bench);
    });
  }
  assert.ok(isJudged, `fulfill failed ${TRIES} times without a call that changes something at the provider.`);
}

async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries < TRIES; tries += 1) {
    const result = await call().then((value) => ({ value }), () => null);
    if (result !== null) return result.value;
  }
  return call();
}

type Facts = Partial<Pick<DeliveryFailure, 'kind' | 'passing' | 'httpStatus' | 'retryAfterMs' | 'mayHaveArrived' | 'readBack'>>;

function assertFacts(failure: DeliveryFailure, expected: Facts): void {
  const { kind, passing, httpStatus, retryAfterMs, mayHaveArrived, readBack } = failure;
  const actual = { kind, passing, httpStatus, retryAfterMs, mayHaveArrived, readBack };
  assert.deepEqual(actual, { ...actual, ...expected });
}
