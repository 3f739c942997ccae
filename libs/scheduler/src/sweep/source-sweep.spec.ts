import { Logger } from '@nestjs/common';
import type { DueWork, DueWorkSource } from '../due-work/due-work.js';
import { BATCH_SIZE, LOW_WATER, SourceSweep } from './source-sweep.js';
import type { WorkStore, WorkStores } from './work-store.js';

const due = (from: number, count: number): DueWork[] => Array.from({ length: count }, (_, index) => ({ id: String(from + index), dueAt: new Date(from + index), alone: false }));

/** A store whose work is done as soon as somebody asks how much waits. */
function fakeStore(waitingCounts: number[] = []) {
  const taken: string[] = [];
  const store: WorkStore = {
    kind: 'bull',
    waiting: () => Promise.resolve(waitingCounts.shift() ?? 0),
    take: (_, works) => Promise.resolve(void taken.push(...works.map(({ id }) => id))),
  };
  return { store, taken };
}

function sweepOf(findDue: DueWorkSource['findDue'], other?: WorkStore) {
  const reasons: string[] = [];
  const without = (reason: string) => {
    reasons.push(reason);
    return other ?? fakeStore().store;
  };
  return { sweep: new SourceSweep({ name: 'lines', findDue, perform: () => Promise.resolve() }, { without } as WorkStores), reasons };
}

let errors: unknown[][] = [];
beforeEach(() => {
  errors = [];
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (...args: unknown[]) => errors.push(args) });
});
afterAll(() => {
  Logger.overrideLogger(['log', 'warn', 'error']);
});

describe('a sweep', () => {
  it('asks again at once while a full batch comes', async () => {
    const batches = [due(0, BATCH_SIZE), due(BATCH_SIZE, BATCH_SIZE), due(2 * BATCH_SIZE, 7)];
    const { sweep } = sweepOf(() => Promise.resolve(batches.shift() ?? []));
    const { store, taken } = fakeStore();
    await sweep.sweep(store);
    expect([taken.length, batches.length]).toEqual([2 * BATCH_SIZE + 7, 0]);
    expect(sweep.lastSweptAt).not.toBeNull();
  });

  it('hands over no more while too much waits', async () => {
    const asked: number[] = [];
    const counts = [LOW_WATER + 100, LOW_WATER, LOW_WATER - 1];
    const { store } = fakeStore(counts);
    const { sweep } = sweepOf(() => {
      asked.push(counts.length);
      return Promise.resolve([]);
    });
    await sweep.sweep(store);
    expect(asked).toEqual([0]);
  });

  it('ends when a full batch brings nothing new, so that work which stays due does not keep the database busy', async () => {
    let questions = 0;
    const { sweep } = sweepOf(() => {
      questions += 1;
      return Promise.resolve(due(0, BATCH_SIZE));
    });
    await sweep.sweep(fakeStore().store);
    expect(questions).toBe(2);
  });

  it('is never run twice at once (the lock: `underway`)', async () => {
    let running = 0;
    const { sweep } = sweepOf(async () => {
      running += 1;
      await new Promise((resolve) => setImmediate(resolve));
      expect(running).toBe(1);
      running -= 1;
      return [];
    });
    const { store } = fakeStore();
    await Promise.all([sweep.sweep(store), sweep.sweep(store), sweep.sweep(store)]);
    expect(errors).toEqual([]);
  });

  it('goes on in another store when one does not take the work', async () => {
    const batches = [due(0, BATCH_SIZE), due(BATCH_SIZE, 1)];
    const other = fakeStore();
    const { sweep, reasons } = sweepOf(() => Promise.resolve(batches.shift() ?? []), other.store);
    await sweep.sweep({ kind: 'bull', waiting: () => Promise.resolve(0), take: () => Promise.reject(new Error('away')) });
    expect([other.taken.length, reasons]).toEqual([BATCH_SIZE + 1, ['Redis did not take wake-ups for due work: Error: away.']]);
  });

  it('that takes long goes on where the next one would', async () => {
    const [first, second] = [fakeStore([LOW_WATER, LOW_WATER, LOW_WATER, LOW_WATER]), fakeStore()];
    const { sweep } = sweepOf(() => Promise.resolve(due(0, 1)));
    await Promise.all([sweep.sweep(first.store), sweep.sweep(second.store)]);
    expect([first.taken, second.taken]).toEqual([[], ['0']]);
  });

  it('tells of a source that fails, and asks it again the next time', async () => {
    const answers = [() => Promise.reject(new Error('no database')), () => Promise.resolve(due(0, 1))];
    const { sweep } = sweepOf(() => answers.shift()?.() ?? Promise.resolve([]));
    const { store, taken } = fakeStore();
    await sweep.sweep(store);
    expect(errors).toEqual([['The due-work source "lines" was not swept.', expect.stringContaining('no database'), 'SourceSweep']]);
    await sweep.sweep(store);
    expect(taken).toEqual(['0']);
  });

  it('hands nothing over once it is stopped', async () => {
    let answer: (works: DueWork[]) => void = () => undefined;
    const { sweep } = sweepOf(() => new Promise((resolve) => (answer = resolve)));
    const { store, taken } = fakeStore();
    const swept = sweep.sweep(store);
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = sweep.stop();
    answer(due(0, 3));
    await Promise.all([swept, stopped, sweep.sweep(store)]);
    expect(taken).toEqual([]);
  });
});
