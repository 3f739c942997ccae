import { jest } from '@jest/globals';
import { AnswerMemory, type ReadAnswer } from './answer-memory.js';
import { publicAnswer } from './public-answer.js';

const LIMITS = { trustMs: 2_000, keepMs: 60_000, mostCharacters: 1_000 };
const AT = new Date('2027-01-01T00:00:00Z');

/** A catalog of one course at a version, which counts what it is asked. */
class Catalog {
  version = 1;
  changesInMs = Infinity;
  readonly asked: (number | 'anew')[] = [];

  readonly read: ReadAnswer<number> = (known) => {
    this.asked.push(known ?? 'anew');
    const changesAt = this.changesInMs === Infinity ? null : new Date(AT.getTime() + this.changesInMs);
    if (known === this.version) return Promise.resolve('unchanged');
    return Promise.resolve({ version: this.version, answer: publicAnswer({ version: this.version }, { at: AT, changesAt }) });
  };
}

let catalog: Catalog;
let memory: AnswerMemory<number>;
beforeEach(() => {
  jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  catalog = new Catalog();
  memory = new AnswerMemory(LIMITS);
});
afterEach(() => jest.useRealTimers());

const get = async () => (JSON.parse((await memory.get('A', catalog.read)).body) as { version: number }).version;
const later = (ms: number) => jest.advanceTimersByTime(ms);

describe('an answer that is remembered', () => {
  it('is given without a question for a moment, then asked for by its version', async () => {
    await get();
    later(1_999);
    expect([await get(), catalog.asked]).toEqual([1, ['anew']]);
    later(1);
    expect(memory.peek('A')).toBeUndefined();
    expect([await get(), catalog.asked]).toEqual([1, ['anew', 1]]);
    expect(memory.peek('A')).toBeDefined();
  });

  it('is another as soon as the version is', async () => {
    await get();
    catalog.version = 2;
    later(2_000);
    expect([await get(), await get()]).toEqual([2, 2]);
  });

  it('is read anew after a minute, whatever its version', async () => {
    await get();
    later(30_000);
    await get();
    later(30_000);
    await get();
    expect(catalog.asked).toEqual(['anew', 1, 'anew']);
  });

  it('is not given beyond the moment at which it is no longer true, nor asked for by its version then', async () => {
    catalog.changesInMs = 1_500;
    await get();
    later(1_500);
    expect(memory.peek('A')).toBeUndefined();
    await get();
    expect(catalog.asked).toEqual(['anew', 'anew']);
  });

  it('is forgotten when something is written, and so is what was being read at that time', async () => {
    const slow = Promise.withResolvers<void>();
    const before = memory.get('A', async (known) => {
      const found = await catalog.read(known);
      await slow.promise;
      return found;
    });
    await Promise.resolve();
    catalog.version = 2;
    memory.clear();
    expect(await get()).toBe(2);
    slow.resolve();
    expect((await before).body).toBe('{"version":1}');
    expect(await get()).toBe(2);
  });

  it('is read once for all who ask at the same time', async () => {
    expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
    expect(catalog.asked).toEqual(['anew']);
  });

  it('is not made of a failure: the next one asks again', async () => {
    await expect(memory.get('A', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect([await get(), memory.has('B')]).toEqual([1, false]);
  });
});

it('the oldest answers make room when all together are too long', async () => {
  const long = publicAnswer('x'.repeat(400), { at: AT, changesAt: null });
  for (const key of ['A', 'B', 'A', 'C']) {
    later(2_000);
    await memory.get(key, () => Promise.resolve({ version: 0, answer: long.foundUnchanged(performance.now()) }));
  }
  expect(['A', 'B', 'C'].map((key) => memory.has(key))).toEqual([true, false, true]);
});
