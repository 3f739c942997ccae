import { awayRetryMs, unknownRetryMs } from './event-patience.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** All waits until it gives up, and how many there are. */
function waits(retryMs: (attempts: number) => number | null): number[] {
  const all: number[] = [];
  for (let inMs = retryMs(1); inMs !== null; inMs = retryMs(all.length + 1)) all.push(inMs);
  return all;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('the patience with an event', () => {
  it('whose payment is not known ends after some ten minutes, with growing waits', () => {
    const all = waits(unknownRetryMs);
    expect(all).toEqual([...all].sort((one, other) => one - other));
    expect(sum(all)).toBeGreaterThan(9 * MINUTE_MS);
    expect(sum(all)).toBeLessThan(11 * MINUTE_MS);
  });

  it('whose gateway cannot be asked ends after some three days, and no wait is longer than half an hour', () => {
    const all = waits((attempts) => awayRetryMs(attempts, null, () => 0.5));
    expect(all[0]).toBeLessThan(10_001);
    expect(Math.max(...all)).toBeLessThanOrEqual(30 * MINUTE_MS);
    expect(sum(all)).toBeGreaterThan(2.8 * DAY_MS);
    expect(sum(all)).toBeLessThan(3.2 * DAY_MS);
  });

  it('waits as long as the gateway asks, up to half an hour', () => {
    expect(awayRetryMs(1, 20 * MINUTE_MS)).toBe(20 * MINUTE_MS);
    expect(awayRetryMs(1, 1e15)).toBe(30 * MINUTE_MS);
  });
});
