import type { FulfillerHarness } from './harness.js';
import { rulesFor } from './rules.js';
import { type TestRunner, presentRunner } from './test-runner.js';

const RULE_TIMEOUT_MS = 60_000;

/**
 * The conformance suite: call it in a test file of every fulfiller. Each rule is a test; rules about what the fulfiller does not have
 * are left out, and the title says which. It does not speak of acceptance: one that never accepts for later misses nothing. Starts the
 * harness's provider before the rules and stops it after them.
 *
 * @param runner left out: Jest's functions or vitest's where they are global, else those of `node --test`.
 */
export function describeFulfiller(name: string, harness: FulfillerHarness, runner: TestRunner = presentRunner()): void {
  const { rules, leftOut } = rulesFor(harness);
  const without = leftOut.length === 0 ? '' : ` (without the rules about ${leftOut.join(', ')})`;
  runner.describe(`${name} keeps the contract of a fulfiller${without}: it`, () => {
    runner.beforeAll(() => harness.provider?.start());
    runner.afterAll(() => harness.provider?.stop());
    for (const { title, rule } of rules) runner.it(title, () => rule(harness), RULE_TIMEOUT_MS);
  });
}
