import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Bench, LEARNER } from './bench.js';
import { type FulfillerHarness, type Scenario, verbsOf } from './harness.js';
import { loggedDuring } from './log.js';
import { AMPLE_TIMEOUT_MS, type Rule, atBench, providerOf, timeoutFor } from './rule.js';

const ANSWERED = ['unavailable', 'throttled', 'resetAfter', 'garbage', 'hangAfter'] as const;

/** Receipts are shown; failures are stored, shown and logged with everything that hangs on them. */
export const showsNoSecret: Rule = async (harness) => {
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    for (const verb of ['fulfill', 'verify'] as const) assertSecrecy(harness, await bench[verb](), `The receipt of ${verb}`);
  });
  if (harness.provider === null) return;
  for (const scenario of ANSWERED) {
    await underScenario(harness, scenario, async (bench) => {
      for (const verb of verbsOf(harness)) assertSecrecy(harness, await bench.failureOf(verb), `The failure of ${verb} (${scenario}), or something that hangs on it,`);
    });
  }
};

/** What a plug-in writes is kept for longer than the order, and read by more people. */
export const logsNoSecret: Rule = async (harness) => {
  const written = await loggedDuring(async () => {
    await atBench(harness, AMPLE_TIMEOUT_MS, (bench) => eachVerb(bench));
    if (harness.provider === null) return;
    for (const scenario of ANSWERED) await underScenario(harness, scenario, (bench) => eachVerb(bench));
  });
  assertSecrecy(harness, written, 'The log');
};

async function eachVerb(bench: Bench): Promise<void> {
  for (const verb of verbsOf(bench.harness)) await bench.ended(verb);
}

async function underScenario(harness: FulfillerHarness, scenario: Scenario, work: (bench: Bench) => Promise<void>): Promise<void> {
  await atBench(harness, timeoutFor(scenario), async (bench) => {
    providerOf(harness).respond(scenario, 'all');
    await work(bench);
  });
}

function assertSecrecy(harness: FulfillerHarness, thing: unknown, what: string): void {
  const shown = typeof thing === 'string' ? thing : inspect(thing, { depth: 12, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });
  const leaks = [...harness.secrets, LEARNER.email, LEARNER.address].filter((secret) => shown.includes(secret));
  assert.deepEqual(leaks, [], `${what} shows a secret or an address: ${leaks.join(', ')}.`);
}
