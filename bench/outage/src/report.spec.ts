import { findings } from './report.js';

const line = (learner: string, placedAtMs: number, fulfilledAtMs: number | null, attempts: number) => ({ learner, status: fulfilledAtMs === null ? 'failed' : 'fulfilled', attempts, placedAtMs, fulfilledAtMs });

describe('the findings', () => {
  const text = findings(
    {
      lines: [line('a', 0, 250_000, 2), line('b', 1_000, 180_000, 1), line('c', 2_000, null, 1)],
      callsAtMs: [0, 180_000, 181_000, 250_000],
      enrollments: new Map([['a', 2], ['b', 1]]),
      tookSeconds: 3,
    },
    { orders: 3, outageMs: 120_000, sellingMs: 120_000, ratePerMinute: 600 },
  );

  it('name what did not end well', () => {
    expect(text).toContain('ended: 2 fulfilled, 1 failed; 2 learners enrolled, 1 of them not exactly once');
  });

  it('count the time from the end of the outage', () => {
    expect(text).toContain('drained after 2.2 min');
  });

  it('tell calls during the outage from those after it', () => {
    expect(text).toContain('1 during the outage, 2 in all (limit 600); calls in all: 1 during the outage, 3 after it');
  });

  it('name the lines that were overtaken', () => {
    expect(text).toContain('1 × 2');
    expect(text).toMatch(/1 lines by more than a minute/);
  });
});
