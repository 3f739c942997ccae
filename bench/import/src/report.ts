import { median } from '../../kit/src/statistics.js';
import { aligned } from '../../kit/src/table.js';
import type { BaselineFigures } from './baseline.js';
import type { ImportFigures } from './import-run.js';

export const IMPORTS = ['CSV', 'CSV again', 'LMS'] as const;
export type ImportName = (typeof IMPORTS)[number];

/** What one round of one size came to. */
export interface RoundFigures {
  readonly courses: number;
  readonly imports: Readonly<Record<ImportName, ImportFigures>>;
  readonly baseline: BaselineFigures;
}

const MIB = 2 ** 20;

/** The medians of the rounds, size by size. */
export function table(rounds: readonly RoundFigures[]): string {
  const headings = ['courses', 'import', 'seconds', 'courses/s', 'peak MiB', 'of rounds', 'times PostgreSQL alone'];
  return aligned([headings, ...[...Map.groupBy(rounds, ({ courses }) => courses)].flatMap(([courses, ofSize]) => rows(courses, ofSize))]);
}

function rows(courses: number, rounds: readonly RoundFigures[]): string[][] {
  const alone = rounds.map(({ baseline }) => baseline.copy + baseline.insert);
  const imports = IMPORTS.map((name) => {
    const figures = rounds.map((round) => round.imports[name]);
    const seconds = figures.map((one) => one.seconds);
    const peaks = figures.map(({ peakBytes }) => peakBytes / MIB);
    const ratios = seconds.map((one, round) => one / (alone[round] ?? NaN));
    return [String(courses), name, ...speed(courses, seconds), median(peaks).toFixed(0), `${Math.min(...peaks).toFixed(0)}-${Math.max(...peaks).toFixed(0)}`, median(ratios).toFixed(1)];
  });
  return [
    ...imports,
    [String(courses), 'COPY alone', ...speed(courses, rounds.map(({ baseline }) => baseline.copy)), '', '', ''],
    [String(courses), 'COPY and INSERT', ...speed(courses, alone), '', '', '1.0'],
  ];
}

function speed(courses: number, seconds: readonly number[]): string[] {
  const middle = median(seconds);
  return [middle.toFixed(1), (courses / middle).toFixed(0)];
}
