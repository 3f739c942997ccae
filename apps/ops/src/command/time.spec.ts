import { moment, momentFrom, span } from './time.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe('a span of time', () => {
  it.each([
    [0, '0 s'],
    [119_999, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '119 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 days'],
    [-120_000, '2 min'],
  ])('of %i ms is %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });
});

describe('a moment', () => {
  it('is told in UTC, and how far away it is', () => {
    expect(moment(NOW)).toBe('2026-11-22 12:00:00Z');
    expect(momentFrom(NOW, after(40_000))).toBe('2026-11-22 12:00:40Z (in 40 s)');
    expect(momentFrom(NOW, after(-7_200_000))).toBe('2026-11-22 10:00:00Z (2 h ago)');
  });
});
