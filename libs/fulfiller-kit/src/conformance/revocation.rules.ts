import assert from 'node:assert/strict';
import type { DeliveryFailure } from '../failures.js';
import { assertFacts, FAULTS, UNANSWERED } from './facts.js';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench, atNextBench, providerOf, timeoutFor } from './rule.js';

const TRIES = 5;

export const revokesTwice: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.fulfill();
    await bench.revoke();
    assertDelivered(harness, 0);
    await bench.revoke();
    assertDelivered(harness, 0);
  });

export const revokesWhatWasNeverDelivered: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.revoke();
    assertDelivered(harness, 0);
  });

/** Success would mean that access is gone, and money follows. */
export const revokeReportsAFault: Rule = async (harness) => {
  for (const [scenario, facts] of FAULTS) await underScenario(harness, scenario, (failure) => assertFacts('revoke', failure, facts, scenario));
};

export const revokeReportsAnUnknownOutcome: Rule = async (harness) => {
  for (const scenario of UNANSWERED) {
    await underScenario(harness, scenario, (failure) => assertFacts('revoke', failure, { passing: true, mayHaveArrived: true }, scenario));
  }
};

/** Judges a revocation that goes wrong; the next one always takes back what is left. */
async function underScenario(harness: FulfillerHarness, scenario: Scenario, judge: (failure: DeliveryFailure) => void): Promise<void> {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    let isJudged = false;
    // On a busy machine a short time-out may pass before the call reaches the provider: then nothing was shown yet.
    for (let tries = 0; tries < TRIES && !isJudged; tries += 1) {
      await bench.fulfill({ attempt: tries + 1 });
      const before = provider.changeCount();
      await atNextBench(bench, timeoutFor(scenario), async (holder) => {
        provider.respond(scenario);
        const failure = await holder.failureOf('revoke');
        isJudged = provider.changeCount() > before;
        if (isJudged) judge(failure);
      });
      provider.respond('normal');
    }
    assert.ok(isJudged, `revoke failed ${TRIES} times without a call that changes something at the provider (${scenario}).`);
    await bench.revoke();
    assertDelivered(harness, 0);
  });
}
