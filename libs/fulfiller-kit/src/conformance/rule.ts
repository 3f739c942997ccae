import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type DeliveryFailure, isDeliveryFailure } from '../failures.js';
import type { Fulfiller, FulfillmentRequest, Receipt } from '../fulfiller.js';
import type { FulfillerHarness, Provider } from './harness.js';

/** One rule of the contract. Rejects with an `AssertionError` when the fulfiller breaks it. The provider must run. */
export type Rule = (harness: FulfillerHarness) => Promise<void>;

/** Time enough for any call that is answered. */
export const AMPLE_TIMEOUT_MS = 30_000;
/** Time enough to reach a provider on this machine, and little enough to wait for. */
export const SHORT_TIMEOUT_MS = 400;
/** Whoever has not settled by now never will. */
const PATIENCE_MS = 3_000;

export const LEARNER = { username: 'learner1', email: 'learner1@example.com', address: '192.0.2.71' } as const;

/** One fulfiller with one line to deliver. */
export interface Bench {
  readonly fulfiller: Fulfiller;
  readonly request: (changes?: Partial<Pick<FulfillmentRequest<unknown>, 'attempt' | 'signal'>>) => FulfillmentRequest<unknown>;
}

/** Runs `work` with a new fulfiller, a new line, and a provider that behaves and remembers nothing. */
export async function atBench(harness: FulfillerHarness, timeoutMs: number, work: (bench: Bench) => void | Promise<void>): Promise<void> {
  harness.provider?.reset();
  const built = await harness.create({ timeoutMs });
  const { fulfiller } = built;
  const line = { idempotencyKey: randomUUID(), orderId: randomUUID(), orderNumber: 'OF-100001' };
  const request: Bench['request'] = (changes = {}) =>
    Object.freeze({
      ...line,
      placedAt: new Date('2026-03-04T09:15:20.500Z'),
      learner: Object.freeze({ ...LEARNER }),
      quantity: 1,
      details: Object.freeze(fulfiller.parseDetails(harness.goodDetails)),
      attempt: 1,
      signal: new AbortController().signal,
      ...changes,
    });
  try {
    await work({ fulfiller, request });
  } finally {
    await built.close();
  }
}

export function providerOf({ provider }: FulfillerHarness): Provider {
  assert.ok(provider, 'This rule is for fulfillers that call a provider.');
  return provider;
}

/** Waits for a call that must fail, and fail in the words of the contract. */
export async function failureOf(call: Promise<unknown>): Promise<DeliveryFailure> {
  const thrown = await settled(call).then(
    () => assert.fail('The call succeeded, although the provider did not deliver or did not say so.'),
    (error: unknown) => error,
  );
  if (thrown instanceof assert.AssertionError) throw thrown;
  assert.ok(isDeliveryFailure(thrown), `Threw ${String(thrown)}: throw a DeliveryFailure, anything else counts as a bug.`);
  return thrown;
}

/** Waits for a call, and not for ever. */
export async function settled<T>(call: Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const never = wait(PATIENCE_MS, undefined, { signal: giveUp.signal }).then(() => assert.fail('The call never settled: every call needs a time-out that bounds the whole of it.'));
  try {
    return await Promise.race([call, never]);
  } finally {
    giveUp.abort();
    never.catch(() => undefined);
  }
}

/** Waits until something has happened in the provider. */
export async function until(happened: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!happened()) {
    assert.ok(performance.now() < deadline, `Waited in vain: ${what}.`);
    await wait(5);
  }
}

export function assertReceipt(receipt: Receipt | null | undefined): void {
  assert.equal(typeof receipt?.reference, 'string', 'A receipt has a reference, for people.');
  const length = receipt?.reference.length ?? 0;
  assert.ok(length > 0 && length <= 500, `The reference of a receipt has 1 to 500 characters, not ${length}.`);
}

export function assertDelivered(harness: FulfillerHarness, expected: number): void {
  if (harness.provider === null) return;
  const count = harness.provider.deliveredCount();
  assert.equal(count, expected, `The provider holds ${count} delivered products, expected ${expected}.`);
}
