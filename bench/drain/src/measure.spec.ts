import { linesAt } from './measure.js';

describe('the lines of one round', () => {
  const options = { lines: 10_000, concurrency: 10 };

  it('are all that was asked for while the LMS answers at once', () => {
    expect(linesAt(0, options)).toBe(10_000);
  });

  it('are about 20 seconds of work where it is the LMS that takes the time', () => {
    expect(linesAt(100, options)).toBe(1_000);
    expect(linesAt(100, { lines: 10_000, concurrency: 30 })).toBe(3_000);
  });

  it('are never more than was asked for', () => {
    expect(linesAt(1, options)).toBe(10_000);
  });
});
