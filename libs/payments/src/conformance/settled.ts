import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessorHarness } from './harness.js';

/** Whoever has not settled by now never will. */
const PATIENCE_MS = 5_000;

type Patience = Pick<ProcessorHarness, 'patienceMs'>;

/** Begins a call and waits for it, and not for ever. */
export async function settled<T>(verb: string, call: () => Promise<T>, { patienceMs = PATIENCE_MS }: Patience): Promise<T> {
  const giveUp = new AbortController();
  const never = wait(patienceMs, undefined, { signal: giveUp.signal }).then(() => assert.fail(`${verb} never settled: every call needs a time-out that bounds the whole of it.`));
  try {
    return await Promise.race([call(), never]);
  } finally {
    giveUp.abort();
    never.catch(() => undefined);
  }
}

/** Waits until something has happened at the gateway. */
export async function until(happened: () => boolean | Promise<boolean>, what: string, { patienceMs = PATIENCE_MS }: Patience): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await happened())) {
    assert.ok(performance.now() < deadline, `Waited in vain: ${what}.`);
    await wait(5);
  }
}
