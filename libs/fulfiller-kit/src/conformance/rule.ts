import assert from 'node:assert/strict';
import { Bench } from './bench.js';
import type { FulfillerHarness, Provider, Scenario } from './harness.js';

/** One rule of the contract. Rejects with an `AssertionError` when the fulfiller breaks it. The provider must run. */
export type Rule = (harness: FulfillerHarness) => Promise<void>;

/** Time enough for any call that is answered. */
export const AMPLE_TIMEOUT_MS = 30_000;
/** Time enough to reach a provider on this machine, and little enough to wait for. */
export const SHORT_TIMEOUT_MS = 400;

/** Short where no answer comes, or none that ends. */
export function timeoutFor(scenario: Scenario): number {
  return scenario.startsWith('hang') || scenario === 'slowDrip' ? SHORT_TIMEOUT_MS : AMPLE_TIMEOUT_MS;
}

/** Runs `work` with a new fulfiller, a new line, and a provider that behaves and remembers nothing. */
export function atBench(harness: FulfillerHarness, timeoutMs: number, work: (bench: Bench) => void | Promise<void>): Promise<void> {
  harness.provider?.reset();
  return withFulfiller(harness, timeoutMs, (fulfiller) => work(new Bench(harness, fulfiller)));
}

/** Runs `work` with another fulfiller that takes over the line, as another process does, and a provider that remembers. */
export function atNextBench(bench: Bench, timeoutMs: number, work: (next: Bench) => void | Promise<void>): Promise<void> {
  return withFulfiller(bench.harness, timeoutMs, (fulfiller) => work(bench.takenOverBy(fulfiller)));
}

async function withFulfiller(harness: FulfillerHarness, timeoutMs: number, work: (fulfiller: Bench['fulfiller']) => void | Promise<void>): Promise<void> {
  const built = await harness.create({ timeoutMs });
  try {
    await work(built.fulfiller);
  } finally {
    await built.close();
  }
}

export function providerOf({ provider }: FulfillerHarness): Provider {
  assert.ok(provider, 'This rule is for fulfillers that call a provider.');
  return provider;
}

export function assertDelivered({ provider }: FulfillerHarness, expected: number): void {
  if (provider === null) return;
  const count = provider.deliveredCount();
  assert.equal(count, expected, `The provider holds ${count} delivered products, expected ${expected}.`);
}
