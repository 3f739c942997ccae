import type { ResubmissionProgress } from '#orders';
import { follow } from './follow.js';

const NONE: ResubmissionProgress = { waiting: 0, running: 0, fulfilled: 0, waitingAgain: 0, failed: 0, skipped: 0 };
const left = (waiting: number): ResubmissionProgress => ({ ...NONE, waiting, fulfilled: 100 - waiting });

/** Follows an operation that stands like this at each look. `interruptAt`: the look at which Ctrl-C comes. */
async function followed(looks: readonly ResubmissionProgress[], { readTakesMs = 0, interruptAt = Infinity } = {}) {
  const stop = new AbortController();
  const seen: ResubmissionProgress[] = [];
  const notes: [second: number, sentence: string][] = [];
  const rests: number[] = [];
  let nowMs = 0;
  const result = await follow({
    read: () => {
      nowMs += readTakesMs;
      if (seen.length + 1 >= interruptAt) stop.abort();
      return Promise.resolve(looks[seen.length] ?? NONE);
    },
    shown: { update: (progress) => seen.push(progress), note: (sentence) => notes.push([nowMs / 1_000, sentence]) },
    signal: stop.signal,
    clock: {
      nowMs: () => nowMs,
      rest: (ms) => {
        rests.push(ms);
        nowMs += ms;
        return Promise.resolve();
      },
    },
  });
  return { result, seen, notes, rests };
}

describe('following an operation', () => {
  it('ends when no line waits for its turn and none is being delivered', async () => {
    const looks = [left(2), { ...NONE, running: 1, fulfilled: 99 }, left(0)];
    const { result, seen } = await followed(looks);
    expect([result, seen]).toEqual([{ progress: left(0), done: true }, looks]);
  });

  it('looks every second, and less often when a look takes long', async () => {
    expect((await followed([left(1), left(0)])).rests).toEqual([1_000]);
    expect((await followed([left(1), left(0)], { readTakesMs: 3_000 })).rests).toEqual([15_000]);
  });

  it('asks once for a worker when nothing has moved for half a minute, and again when it stands still once more', async () => {
    const looks = [...Array.from({ length: 61 }, () => left(50)), ...Array.from({ length: 40 }, () => left(20)), left(0)];
    const { notes } = await followed(looks);
    expect(notes.map(([second]) => second)).toEqual([30, 91]);
    expect(notes[0]?.[1]).toContain('is a worker running (npm run start:worker)');
  });

  it('ends at Ctrl-C, with what it saw last', async () => {
    const { result } = await followed([left(9), left(8), left(7)], { interruptAt: 2 });
    expect(result).toEqual({ progress: left(8), done: false });
  });
});
