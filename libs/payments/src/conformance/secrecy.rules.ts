import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Bench } from './bench.js';
import { type ProcessorHarness, type Scenario, canRespond } from './harness.js';
import { loggedDuring } from './logged.js';
import { type Rule, atBench, timeoutFor } from './rule.js';

const FAULTS: readonly Scenario[] = ['unavailable', 'throttled', 'refusesUs', 'resetAfter', 'garbage', 'errorBody', 'hangAfter'];

/** Failures and what is read are stored, shown and logged with everything that hangs on them. What the buyer alone may know is in `action`. */
export const showsNoSecret: Rule = async (harness) => {
  await atBench(harness, async (bench) => {
    const { payment } = await (await bench.paid()).start();
    assertSecrecy(harness, [payment, await bench.verify(), await bench.refund(bench.newRefund())], 'What was read of a payment');
  });
  for (const scenario of FAULTS) await eachCall(harness, scenario, (ended, verb) => assertSecrecy(harness, ended, `The failure of ${verb} (${scenario}), or something that hangs on it,`));
};

export const logsNoSecret: Rule = async (harness) => {
  const written = await loggedDuring(async () => {
    for (const scenario of ['normal', ...FAULTS] as const) await eachCall(harness, scenario, () => undefined);
  });
  assertSecrecy(harness, written, 'The log');
};

async function eachCall(harness: ProcessorHarness, scenario: Scenario, judge: (ended: unknown, verb: string) => void): Promise<void> {
  if (!canRespond(harness, scenario)) return;
  await atBench(harness, async (bench) => {
    const other = bench.another();
    await bench.paid();
    await harness.gateway.respond(scenario, 'all');
    const hasty = await harness.create({ timeoutMs: timeoutFor(scenario), trusts: 'the stand-in' });
    try {
      for (const [verb, call] of Object.entries(callsOf(hasty.processor, bench, other))) {
        const ended = await bench.ended(verb, call);
        if (scenario !== 'normal') judge(ended, verb);
      }
    } finally {
      await hasty.close();
    }
  });
}

function callsOf(processor: Bench['processor'], paid: Bench, other: Bench): Record<string, () => Promise<unknown>> {
  return {
    start: () => processor.start(other.request()),
    verify: () => processor.verify(paid.payment()),
    refund: () => processor.refund(paid.payment(), paid.newRefund(1_000)),
  };
}

function assertSecrecy({ secrets }: ProcessorHarness, thing: unknown, what: string): void {
  const shown = typeof thing === 'string' ? thing : inspect(thing, { depth: 12, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });
  const leaks = secrets.filter((secret) => shown.includes(secret));
  assert.deepEqual(leaks, [], `${what} shows a secret: ${leaks.join(', ')}.`);
}
