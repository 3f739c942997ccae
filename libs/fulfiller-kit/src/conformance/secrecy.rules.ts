import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Bench, LEARNER, type Verb } from './bench.js';
import { type FulfillerHarness, type Scenario, verbsOf } from './harness.js';
import { loggedDuring } from './log.js';
import { AMPLE_TIMEOUT_MS, type Rule, atBench, timeoutFor } from './rule.js';

const FAULTS: readonly Scenario[] = ['unavailable', 'throttled', 'resetAfter', 'garbage', 'hangAfter'];

/** Receipts are shown; failures are stored, shown and logged with everything that hangs on them. */
export const showsNoSecret: Rule = async (harness) => {
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    for (const verb of ['fulfill', 'verify'] as const) assertSecrecy(harness, await bench[verb](), `The receipt of ${verb}`);
  });
  if (harness.provider === null) return;
  for (const scenario of FAULTS) {
    await eachVerb(harness, scenario, async (bench, verb) => assertSecrecy(harness, await bench.failureOf(verb), `The failure of ${verb} (${scenario}), or something that hangs on it,`));
  }
};

/** What a plug-in writes is kept for longer than the order, and read by more people. */
export const logsNoSecret: Rule = async (harness) => {
  const scenarios: readonly Scenario[] = harness.provider === null ? ['normal'] : ['normal', ...FAULTS];
  const written = await loggedDuring(async () => {
    for (const scenario of scenarios) await eachVerb(harness, scenario, (bench, verb) => bench.ended(verb));
  });
  assertSecrecy(harness, written, 'The log');
};

/** One after the other, because what is read back has to be there; side by side where each would only wait. */
async function eachVerb(harness: FulfillerHarness, scenario: Scenario, work: (bench: Bench, verb: Verb) => Promise<unknown>): Promise<void> {
  const verbs = verbsOf(harness);
  await atBench(harness, timeoutFor(scenario), async (bench) => {
    harness.provider?.respond(scenario, 'all');
    if (scenario === 'hangAfter') await Promise.all(verbs.map((verb) => work(bench, verb)));
    else for (const verb of verbs) await work(bench, verb);
  });
}

function assertSecrecy(harness: FulfillerHarness, thing: unknown, what: string): void {
  const shown = typeof thing === 'string' ? thing : inspect(thing, { depth: 12, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });
  const leaks = [...harness.secrets, LEARNER.email, LEARNER.address].filter((secret) => shown.includes(secret));
  assert.deepEqual(leaks, [], `${what} shows a secret or an address: ${leaks.join(', ')}.`);
}
