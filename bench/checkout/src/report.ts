import type { Machine } from '../../kit/src/machine.js';
import { aligned } from '../../kit/src/table.js';
import { WORKERS, type Figures, type Point } from './measure.js';
import type { BenchOptions } from './options.js';

const HEADINGS = ['LMS', 'buyers', 'server', 'orders/s', 'p50 ms', 'p99 ms', 'orders', 'ratio', 'of rounds', ...WORKERS.map((worker) => `${worker} ms`)];

/** The figures as a table for people. The last columns are processor time an order. */
export function table(points: readonly Point[]): string {
  const rows = points.flatMap(({ lmsLatencyMs, buyers, figures, ratio, ratios }) => [
    [`${lmsLatencyMs} ms`, String(buyers), 'product', ...cells(figures.product), ratio.toFixed(2), `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`, ...cpuCells(figures.product)],
    ['', '', 'baseline', ...cells(figures.baseline), '', '', ...cpuCells(figures.baseline)],
  ]);
  return aligned([HEADINGS, ...rows]);
}

function cells({ ordersPerSecond, p50Ms, p99Ms, orders }: Figures): string[] {
  return [ordersPerSecond.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1), String(orders)];
}

function cpuCells({ cpuMsPerOrder }: Figures): string[] {
  return WORKERS.map((worker) => cpuMsPerOrder?.[worker].toFixed(2) ?? '?');
}

export interface MeasuredFigures {
  readonly machine: Machine;
  readonly points: readonly Point[];
  /** Why the figures may not be compared. */
  readonly warnings: readonly string[];
}

/** Everything that was measured, for machines. Latencies of single orders are left out. */
export function jsonReport({ machine, points, warnings }: MeasuredFigures, { rounds, roundMs, warmUpMs }: BenchOptions): string {
  return `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, rounds, roundMs, warmUpMs, warnings, points }, null, 2)}\n`;
}
