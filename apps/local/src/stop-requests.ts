import type { EventEmitter } from 'node:events';

/** Npm and the terminal may each pass one Ctrl-C on: what follows this soon is the same request. */
const SAME_REQUEST_MS = 500;

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when the program that started this one has gone.
 * `insist` runs when somebody asks a second time.
 */
export function whenAskedToStop(insist: () => void, requests: EventEmitter = process): Promise<void> {
  return new Promise((resolve) => {
    let firstAskedAtMs: number | null = null;
    const ask = (): void => {
      firstAskedAtMs ??= performance.now();
      if (performance.now() - firstAskedAtMs > SAME_REQUEST_MS) insist();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) requests.on(signal, ask);
    requests.once('disconnect', () => {
      firstAskedAtMs ??= performance.now();
      resolve();
    });
  });
}
