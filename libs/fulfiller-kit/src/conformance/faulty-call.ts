import assert from 'node:assert/strict';
import type { DeliveryFailure } from '../failures.js';
import type { Bench } from './bench.js';
import type { FulfillerHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, atBench, atNextBench, providerOf, timeoutFor } from './rule.js';

const TRIES = 5;

export interface FaultyCall {
  readonly verb: 'fulfill' | 'revoke';
  /** How the provider behaves during the call, and until it is told otherwise. What is to be taken back was delivered before. */
  readonly scenario: Scenario;
}

/** Makes a call that goes wrong at the provider, and has its failure judged. */
export async function judgeFaultyCall(harness: FulfillerHarness, { verb, scenario }: FaultyCall, judge: (failure: DeliveryFailure, bench: Bench) => void | Promise<void>): Promise<void> {
  const provider = providerOf(harness);
  let isJudged = false;
  const call = async (bench: Bench) => {
    const before = provider.changeCount();
    provider.respond(scenario);
    const failure = await bench.failureOf(verb);
    isJudged = provider.changeCount() > before;
    if (isJudged) await judge(failure, bench);
  };
  // On a busy machine a short time-out may pass before the call reaches the provider: then nothing was shown yet.
  for (let tries = 0; tries < TRIES && !isJudged; tries += 1) {
    if (verb === 'fulfill') await atBench(harness, timeoutFor(scenario), call);
    else await atDeliveredBench(harness, timeoutFor(scenario), call);
  }
  assert.ok(isJudged, `${verb} failed ${TRIES} times without a call that changes something at the provider (${scenario}).`);
}

async function atDeliveredBench(harness: FulfillerHarness, timeoutMs: number, work: (bench: Bench) => Promise<void>): Promise<void> {
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.fulfill();
    await atNextBench(bench, timeoutMs, work);
  });
}
