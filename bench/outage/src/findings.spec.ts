import { attemptCounts, busiestMinute, overtakenMs, rankCorrelation, type EndedLine } from './findings.js';

const line = (placedAtMs: number, fulfilledAtMs: number, attempts = 1): EndedLine => ({ learner: `learner_${placedAtMs}`, status: 'fulfilled', attempts, placedAtMs, fulfilledAtMs });

describe('the busiest minute', () => {
  it('is any sixty seconds, not one that begins with a full minute', () => {
    expect(busiestMinute([0, 50_000, 55_000, 65_000, 70_000, 200_000])).toBe(4);
  });

  it('does not hold what is sixty seconds apart', () => {
    expect(busiestMinute([0, 60_000])).toBe(1);
    expect(busiestMinute([])).toBe(0);
  });
});

describe('the order of fulfilling', () => {
  it('is told by a rank correlation', () => {
    expect(rankCorrelation([line(1, 10), line(2, 20), line(3, 30)])).toBeCloseTo(1);
    expect(rankCorrelation([line(1, 30), line(2, 20), line(3, 10)])).toBeCloseTo(-1);
  });

  it('is not spoiled by lines of one moment', () => {
    expect(rankCorrelation([line(1, 10), line(1, 10), line(2, 20), line(2, 20)])).toBeCloseTo(1);
  });

  it('shows how much later a line came than one that was placed after it', () => {
    expect(overtakenMs([line(1, 50), line(2, 20), line(3, 30)]).toSorted((a, b) => a - b)).toEqual([0, 0, 30]);
  });

  it('does not call it overtaking within one moment', () => {
    expect(overtakenMs([line(1, 50), line(1, 20)])).toEqual([0, 0]);
  });
});

describe('attempts', () => {
  it('are counted by how many lines had so many', () => {
    expect(attemptCounts([line(1, 1, 2), line(2, 2, 1), line(3, 3, 2)])).toEqual([[1, 1], [2, 2]]);
  });
});
