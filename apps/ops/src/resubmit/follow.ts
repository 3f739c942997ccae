import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResubmissionProgress } from '#orders';

const LOOK_EVERY_MS = 1_000;
/** Progress over a million lines takes seconds: it is not asked for all the time. */
const REST_FACTOR = 5;
const STALL_MS = 30_000;

export interface Clock {
  /** Monotonic. */
  nowMs(): number;
  /** Ends early, and quietly, when the signal is aborted. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
}

/** How many still wait for their turn, and how many have it just now. */
export type Unfinished = Pick<ResubmissionProgress, 'waiting' | 'running'>;

export interface Followed<Progress extends Unfinished> {
  readonly read: () => Promise<Progress>;
  readonly shown: { update(progress: NoInfer<Progress>): void; note(sentence: string): void };
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export const realClock: Clock = {
  nowMs: () => performance.now(),
  rest: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/**
 * Looks at an operation until nothing of it waits for its turn and nothing has it just now, or until the signal.
 * Says so once each time that nothing has moved for half a minute.
 */
export async function follow<Progress extends Unfinished>({ read, shown, signal, clock }: Followed<Progress>): Promise<{ progress: Progress; done: boolean }> {
  let before = '';
  let movedAtMs = clock.nowMs();
  let noted = false;
  for (;;) {
    const askedAtMs = clock.nowMs();
    const progress = await read();
    const nowMs = clock.nowMs();
    shown.update(progress);
    const done = progress.waiting + progress.running === 0;
    if (done || signal.aborted) return { progress, done };
    const state = JSON.stringify(progress);
    if (state !== before) [before, movedAtMs, noted] = [state, nowMs, false];
    if (!noted && nowMs - movedAtMs >= STALL_MS) {
      noted = true;
      shown.note('Nothing has moved for 30 s: is a worker running (npm run start:worker), and may the provider be called? See: npm run ops -- doctor');
    }
    await clock.rest(Math.max(LOOK_EVERY_MS, REST_FACTOR * (nowMs - askedAtMs)), signal);
  }
}
