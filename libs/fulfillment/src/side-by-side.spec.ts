import { sideBySide } from './side-by-side.js';

describe('sideBySide', () => {
  it('gives the results in the order of the items, whichever ends first', async () => {
    const work = (ms: number) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));
    expect(await sideBySide([30, 1, 20, 2], 4, work)).toEqual([30, 1, 20, 2]);
  });

  it('never runs more than its limit, and all of them in the end', async () => {
    let running = 0;
    let most = 0;
    const done = await sideBySide(Array.from({ length: 25 }, (_, index) => index), 10, async (index) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return index;
    });
    expect([most, done.length]).toEqual([10, 25]);
  });

  it('has nothing to do for nothing', async () => {
    expect(await sideBySide([], 10, () => Promise.reject(new Error('called')))).toEqual([]);
  });
});
