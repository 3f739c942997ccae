import { lookAgainInMs, retryInMs } from './patience.js';

const RETRY = { baseMs: 1_000, maxDelayMs: 60_000, maxAgeMs: 3_600_000 };
const wait = (attempts: number, { ageMs = 0, retryAfterMs = null as number | null, random = 1 } = {}) => retryInMs(RETRY, { attempts, ageMs, retryAfterMs }, () => random);

describe('retryInMs', () => {
  it('doubles up to the longest wait, with jitter', () => {
    expect([1, 2, 3, 7, 50, 5_000].map((attempts) => wait(attempts))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000, 60_000]);
    expect(wait(2, { random: 0 })).toBe(1_000);
  });

  it('waits as long as the gateway asks, and never beyond the greatest age', () => {
    expect([wait(1, { retryAfterMs: 30_000 }), wait(1, { retryAfterMs: 10 }), wait(1, { retryAfterMs: 1e12 })]).toEqual([30_000, 1_000, 3_600_000]);
  });

  it('ends at the greatest age', () => {
    expect([wait(1, { ageMs: 3_599_999 }) === null, wait(1, { ageMs: 3_600_000 })]).toEqual([false, null]);
  });
});

it('looks ever more seldom at what a gateway has taken on, and goes on looking', () => {
  expect([1, 2, 6, 1_000].map(lookAgainInMs)).toEqual([60_000, 120_000, 1_800_000, 1_800_000]);
});
