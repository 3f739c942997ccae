import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { GatewayFailure } from '../contract/gateway-failure.js';
import { Bench } from './bench.js';
import type { ProcessorHarness, Scenario } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, atBench, timeoutFor } from './rule.js';
import { until } from './settled.js';

type Facts = Partial<Pick<GatewayFailure, 'kind' | 'passing' | 'httpStatus' | 'retryAfterMs' | 'mayHaveArrived'>>;
type Changing = 'start' | 'refund';

const TRIES = 5;
/** What a call that changes something must say of each fault. */
const FAULTS: Readonly<Partial<Record<Scenario, Facts>>> = {
  unavailable: { kind: 'server', passing: true, httpStatus: 503, mayHaveArrived: true },
  throttled: { kind: 'throttled', passing: true, retryAfterMs: 7_000, mayHaveArrived: false },
  refusesUs: { kind: 'configuration', passing: false, mayHaveArrived: false },
  hangBefore: { kind: 'timeout', passing: true, mayHaveArrived: true },
  hangAfter: { kind: 'timeout', passing: true, mayHaveArrived: true },
  resetBefore: { kind: 'network', passing: true, mayHaveArrived: true },
  resetAfter: { kind: 'network', passing: true, mayHaveArrived: true },
  garbage: { kind: 'server', passing: true, mayHaveArrived: true },
  errorBody: { kind: 'server', passing: true, mayHaveArrived: true },
  slowDrip: { kind: 'timeout', passing: true, mayHaveArrived: true },
};

/** A fault of the gateway, and after it the way on: the same call again, and the same end as if nothing had been. */
export function reports(scenario: Scenario): Rule {
  return async (harness) => {
    for (const verb of ['start', 'refund'] as const) {
      await judgeFault(harness, verb, scenario, async (failure, bench, again) => {
        assertFacts(verb, failure, FAULTS[scenario] ?? {}, scenario);
        await harness.gateway.respond('normal', 'all');
        await assertOnce(bench, verb, again);
      });
    }
  };
}

async function assertOnce(bench: Bench, verb: Changing, again: () => Promise<unknown>): Promise<void> {
  const ended = await bench.ended(verb, again);
  assert.ok(!(ended instanceof Error), `${verb} fails again, although the gateway behaves: ${String(ended)}`);
  const entries = await bench.harness.gateway.ledger();
  assert.equal(entries.length, 1, `One payment was started, and the gateway has ${entries.length}.`);
  if (verb === 'refund') assert.equal(entries[0]?.refundedMinor, 1_000, `1000 was to be returned once, and ${entries[0]?.refundedMinor} was.`);
}

/** When to try again is decided elsewhere, and every call is on record before it leaves. */
export const repeatsNothingByItself: Rule = async (harness) => {
  for (const scenario of ['unavailable', 'throttled', 'resetBefore'] as const) {
    await judgeFault(harness, 'start', scenario, async () => {
      const count = await harness.gateway.changeCount();
      assert.equal(count, 1, `One start sent ${count} calls that change something (${scenario}): it must send one.`);
    });
  }
};

/** Nobody knows what is there when nobody could look. */
export const takesNoFaultForAbsence: Rule = async (harness) => {
  for (const scenario of ['unavailable', 'throttled', 'refusesUs', 'resetBefore', 'garbage', 'errorBody'] as const) {
    if (harness.gateway.scenarios?.has(scenario) === false) continue;
    await atBench(harness, async (bench) => {
      await bench.paid();
      await harness.gateway.respond(scenario, 'all');
      const failure = await bench.failureOf('verify', () => bench.processor.verify(bench.payment()));
      const { kind, passing } = FAULTS[scenario] ?? {};
      assertFacts('verify', failure, { ...(kind && { kind }), ...(passing !== undefined && { passing }), mayHaveArrived: false }, scenario);
    });
  }
};

export const reportsARefusedConnection: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await harness.gateway.stop();
    try {
      // The first call may still meet a kept-alive connection that does not know yet of its end.
      await bench.failureOf('start', () => bench.processor.start(bench.request()));
      const failure = await bench.failureOf('start', () => bench.processor.start(bench.request()));
      assertFacts('start', failure, { kind: 'network', passing: true, mayHaveArrived: false }, 'normal');
    } finally {
      await harness.gateway.start();
    }
  });

export const callsNobodyWhenAborted: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.paid();
    const before = await harness.gateway.callCount();
    const over = AbortSignal.abort();
    const calls = {
      start: () => bench.processor.start(bench.request(over)),
      confirm: () => bench.processor.confirm(bench.payment(over)),
      verify: () => bench.processor.verify(bench.payment(over)),
      cancel: () => bench.processor.cancel(bench.payment(over)),
      refund: () => bench.processor.refund(bench.payment(over), bench.newRefund()),
    };
    for (const [verb, call] of Object.entries(calls)) {
      const { passing, mayHaveArrived } = await bench.failureOf(verb, call);
      assert.ok(passing && !mayHaveArrived, `${verb} was not called, because its signal had aborted: that is worth another call (passing), and cannot have arrived.`);
    }
    assert.equal(await harness.gateway.callCount(), before, 'The signal had aborted before the call: nobody may be called.');
  });

export const endsWhenAborted: Rule = async (harness) => {
  for (const verb of ['start', 'refund', 'verify'] as const) {
    await atBench(harness, async (bench) => {
      if (verb !== 'start') await bench.paid();
      const changes = verb !== 'verify';
      const count = () => (changes ? harness.gateway.changeCount() : harness.gateway.callCount());
      const before = await count();
      const holder = new AbortController();
      await harness.gateway.respond('hangBefore', changes ? 'changes' : 'all');
      const abortDuringTheCall = async () => {
        await until(async () => (await count()) > before, `${verb} did not call the gateway`, harness);
        holder.abort();
      };
      const call = callOf(bench, verb, holder.signal);
      const [failure] = await Promise.all([bench.failureOf(verb, call), abortDuringTheCall()]);
      assertFacts(verb, failure, { kind: 'timeout', passing: true, mayHaveArrived: changes }, 'hangBefore');
    });
  }
};

function callOf(bench: Bench, verb: Changing | 'verify', signal?: AbortSignal, refund = bench.newRefund(1_000)): () => Promise<unknown> {
  if (verb === 'start') return () => bench.processor.start(bench.request(signal));
  if (verb === 'verify') return () => bench.processor.verify(bench.payment(signal));
  return () => bench.processor.refund(bench.payment(signal), refund);
}

/** Makes a call that goes wrong at the gateway, and has its failure judged. */
async function judgeFault(harness: ProcessorHarness, verb: Changing, scenario: Scenario, judge: (failure: GatewayFailure, bench: Bench, again: () => Promise<unknown>) => Promise<void>): Promise<void> {
  let isJudged = false;
  // On a busy machine a short time-out may pass before the call reaches the gateway: then nothing was shown yet.
  for (let tries = 0; tries < TRIES && !isJudged; tries += 1) {
    await atBench(harness, async (patient) => {
      if (verb === 'refund') await patient.paid();
      const hasty = await harness.create({ timeoutMs: timeoutFor(scenario), trusts: 'the stand-in' });
      try {
        const refund = patient.newRefund(1_000);
        const before = await harness.gateway.changeCount();
        await harness.gateway.respond(scenario, 'changes');
        const failure = await patient.failureOf(verb, () => (verb === 'start' ? hasty.processor.start(patient.request()) : hasty.processor.refund(patient.payment(), refund)));
        isJudged = (await harness.gateway.changeCount()) > before;
        if (isJudged) await judge(failure, patient, callOf(patient, verb, undefined, refund));
      } finally {
        await hasty.close();
      }
    }, { timeoutMs: AMPLE_TIMEOUT_MS });
  }
  assert.ok(isJudged, `${verb} failed ${TRIES} times without a call that changes something at the gateway (${scenario}).`);
}

function assertFacts(verb: string, failure: GatewayFailure, expected: Facts, scenario: Scenario): void {
  const names = Object.keys(expected) as (keyof Facts)[];
  const wrong = names.filter((name) => failure[name] !== expected[name]).map((name) => `${name} ${inspect(failure[name])}, expected ${inspect(expected[name])}`);
  assert.deepEqual(wrong, [], `${verb} reported ${wrong.join('; ')} (${scenario}): ${failure.detail}`);
}
