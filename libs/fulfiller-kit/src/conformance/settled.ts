import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

/** Whoever has not settled by now never will. */
const PATIENCE_MS = 5_000;

/** Begins a call and waits for it, and not for ever. */
export async function settled<T>(verb: string, call: () => Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const never = wait(PATIENCE_MS, undefined, { signal: giveUp.signal }).then(() => assert.fail(`${verb} never settled: every call needs a time-out that bounds the whole of it.`));
  try {
    return await Promise.race([call(), never]);
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
