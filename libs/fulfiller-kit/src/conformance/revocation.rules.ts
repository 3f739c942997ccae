import { ANSWERED, type Facts, UNANSWERED, assertFacts } from './facts.js';
import { judgeFaultyCall } from './faulty-call.js';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench, atNextBench, providerOf } from './rule.js';

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
  for (const [scenario, facts] of ANSWERED) await revokeReports(harness, scenario, facts);
};

export const revokeReportsAnUnknownOutcome: Rule = async (harness) => {
  for (const [scenario, facts] of UNANSWERED) await revokeReports(harness, scenario, { ...facts, mayHaveArrived: true });
};

/** The next revocation always takes back what is left. */
async function revokeReports(harness: FulfillerHarness, scenario: Scenario, facts: Facts): Promise<void> {
  await judgeFaultyCall(harness, { verb: 'revoke', scenario }, async (failure, bench) => {
    assertFacts('revoke', failure, facts, scenario);
    providerOf(harness).respond('normal');
    await atNextBench(bench, AMPLE_TIMEOUT_MS, (next) => next.revoke());
    assertDelivered(harness, 0);
  });
}
