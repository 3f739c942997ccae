import { table, type RoundFigures } from './report.js';

describe('the table', () => {
  it('shows the medians of the rounds, size by size, and how much longer than PostgreSQL alone it takes', () => {
    const round = (courses: number, seconds: number): RoundFigures => {
      const figures = { seconds, peakBytes: seconds * 2 ** 20 };
      return { courses, imports: { CSV: figures, 'CSV again': figures, LMS: figures }, baseline: { copy: 1, insert: 3 } };
    };
    const lines = table([round(100, 10), round(100, 20), round(100, 12), round(500, 50)]).split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines[1]).toEqual(['100', 'CSV', '12.0', '8', '12', '10-20', '3.0']);
    expect(lines[4]).toEqual(['100', 'COPY alone', '1.0', '100']);
    expect(lines[5]).toEqual(['100', 'COPY and INSERT', '4.0', '25', '1.0']);
    expect(lines[6]).toEqual(['500', 'CSV', '50.0', '10', '50', '50-50', '12.5']);
  });
});
