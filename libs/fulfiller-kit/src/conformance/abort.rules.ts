import assert from 'node:assert/strict';
import type { Verb } from './bench.js';
import { type Facts, assertFacts } from './facts.js';
import { type FulfillerHarness, verbsOf } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, atBench, providerOf } from './rule.js';
import { until } from './settled.js';

export const callsNobodyWhenAborted: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    for (const verb of verbsOf(harness)) {
      const { passing, mayHaveArrived } = await bench.failureOf(verb, { signal: AbortSignal.abort() });
      assert.ok(passing && !mayHaveArrived, `${verb} was not called, because its signal had aborted: that is worth another call (passing), and cannot have arrived.`);
    }
    assert.equal(provider.callCount(), 0, 'The signal had aborted before the call: nobody may be called.');
  });
};

export const stopsWhenAborted: Rule = (harness) => stops(harness, 'fulfill', { kind: 'timeout', passing: true, mayHaveArrived: true });
export const stopsAReadBackWhenAborted: Rule = (harness) => stops(harness, 'verify', { kind: 'timeout', passing: true });
export const stopsARevocationWhenAborted: Rule = (harness) => stops(harness, 'revoke', { kind: 'timeout', passing: true, mayHaveArrived: true });

async function stops(harness: FulfillerHarness, verb: Verb, expected: Facts): Promise<void> {
  const provider = providerOf(harness);
  const changes = verb !== 'verify';
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    if (verb !== 'fulfill') await bench.fulfill();
    const count = () => (changes ? provider.changeCount() : provider.callCount());
    const before = count();
    const holder = new AbortController();
    provider.respond('hangBefore', changes ? 'changes' : 'all');
    const abortDuringTheCall = async () => {
      await until(() => count() > before, `${verb} did not call the provider`, harness);
      holder.abort();
    };
    const [failure] = await Promise.all([bench.failureOf(verb, { signal: holder.signal }), abortDuringTheCall()]);
    assertFacts(verb, failure, expected);
  });
}
