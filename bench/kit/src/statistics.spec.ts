import { median, percentile } from './statistics.js';

describe('median', () => {
  it('is the middle value, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('lies between the two middle values of an even number', () => {
    expect(median([10, 1, 4, 2])).toBe(3);
  });

  it('is no number when there are no values', () => {
    expect(median([])).toBeNaN();
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the smallest value that is not below that share of all', () => {
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
  });

  it('is the worst value where there are too few for that share', () => {
    expect(percentile([3, 8, 5], 0.99)).toBe(8);
  });

  it('is no number when there are no values', () => {
    expect(percentile([], 0.99)).toBeNaN();
  });
});
