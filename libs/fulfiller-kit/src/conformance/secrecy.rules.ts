import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, LEARNER, type Rule, SHORT_TIMEOUT_MS, atBench, failureOf, providerOf } from './rule.js';

const ANSWERED = ['unavailable', 'throttled', 'resetAfter', 'garbage'] as const;

/** Failures are stored, shown and logged with everything that hangs on them. */
export const failuresShowNoSecret: Rule = async (harness) => {
  for (const scenario of ANSWERED) await assertSecrecy(harness, scenario, AMPLE_TIMEOUT_MS);
  await assertSecrecy(harness, 'hangAfter', SHORT_TIMEOUT_MS);
};

async function assertSecrecy(harness: FulfillerHarness, scenario: Scenario, timeoutMs: number): Promise<void> {
  await atBench(harness, timeoutMs, async ({ fulfiller, request }) => {
    providerOf(harness).respond(scenario, 'all');
    for (const verb of ['fulfill', 'verify', 'revoke'] as const) {
      const failure = await failureOf(fulfiller[verb](request()));
      const shown = inspect(failure, { depth: 12, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });
      const leaks = [...harness.secrets, LEARNER.email, LEARNER.address].filter((secret) => shown.includes(secret));
      assert.deepEqual(leaks, [], `The failure of ${verb} (${scenario}), or something that hangs on it, shows a secret or an address.`);
    }
  });
}
