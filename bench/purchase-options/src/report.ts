import { median } from '../../kit/src/statistics.js';
import { aligned } from '../../kit/src/table.js';
import { WORKERS, type Figures, type Point } from './measure.js';

const HEADINGS = ['readers', 'server', 'answers/s', 'p50 ms', 'p99 ms', 'answers', 'ratio', 'of rounds', ...WORKERS.map((worker) => `${worker} us`)];

/** The figures as a table for people. The last columns are processor time an answer. */
export function table(points: readonly Point[]): string {
  const rows = points.flatMap(({ readers, figures, ratios }) => [
    [String(readers), 'product', ...cells(figures.product), median(ratios).toFixed(2), `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`, ...cpuCells(figures.product)],
    ['', 'baseline', ...cells(figures.baseline), '', '', ...cpuCells(figures.baseline)],
  ]);
  return aligned([HEADINGS, ...rows]);
}

function cells({ answersPerSecond, p50Ms, p99Ms, answers }: Figures): string[] {
  return [answersPerSecond.toFixed(0), p50Ms.toFixed(2), p99Ms.toFixed(2), String(answers)];
}

function cpuCells({ cpuUs }: Figures): string[] {
  return WORKERS.map((worker) => cpuUs?.[worker].toFixed(0) ?? '?');
}
