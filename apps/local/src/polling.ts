import { setTimeout as sleep } from 'node:timers/promises';

export interface PollingOptions {
  readonly limitMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the answer is true. False when the limit passed first.
 *
 * @throws the signal's reason when it is aborted, and whatever `ask` throws.
 */
export async function becomesTrue(ask: () => boolean | Promise<boolean>, options: PollingOptions): Promise<boolean> {
  const endsAtMs = performance.now() + options.limitMs;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await ask()) return true;
    if (performance.now() >= endsAtMs) return false;
    await sleep(options.everyMs ?? 50);
  }
}
