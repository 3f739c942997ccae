import { aligned } from '../../kit/src/table.js';
import { median } from '../../kit/src/statistics.js';
import { WORKERS, medianOf, type Figures, type Point } from './measure.js';

const HEADINGS = ['LMS', 'drained by', 'lines', 'lines/s', 'calls a line', 'of the ideal', 'ratio', 'of rounds', ...WORKERS.map((worker) => `${worker} ms`)];

/** The figures as a table for people. The ideal is what the LMS allows: concurrency divided by its latency, in calls. The last columns are processor time a line. */
export function table(points: readonly Point[], concurrency: number): string {
  const rows = points.flatMap(({ lmsLatencyMs, figures }) => figures.map((one, index) => [index === 0 ? `${lmsLatencyMs} ms` : '', ...cells(one, lmsLatencyMs, concurrency)]));
  return aligned([HEADINGS, ...rows]);
}

function cells({ name, rounds, ratios }: Figures, lmsLatencyMs: number, concurrency: number): string[] {
  const linesPerSecond = medianOf(rounds, (round) => round.linesPerSecond);
  const callsPerLine = medianOf(rounds, (round) => round.callsPerLine);
  const ideal = (concurrency * 1_000) / lmsLatencyMs / callsPerLine;
  const isBaseline = name === 'bare code';
  return [
    name, String(rounds[0]?.lines ?? 0), linesPerSecond.toFixed(0), callsPerLine.toFixed(2), lmsLatencyMs === 0 ? '' : (linesPerSecond / ideal).toFixed(2),
    isBaseline ? '' : median(ratios).toFixed(2), isBaseline ? '' : `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
    ...WORKERS.map((worker) => cpuCell(medianOf(rounds, ({ cpuMsPerLine }) => cpuMsPerLine[worker]))),
  ];
}

function cpuCell(ms: number): string {
  return Number.isNaN(ms) ? '?' : ms.toFixed(2);
}
