import { percentile } from '../../kit/src/statistics.js';
import { attemptCounts, busiestMinute, overtakenMs, rankCorrelation, type EndedLine } from './findings.js';
import type { OutageOptions } from './options.js';

/** What came of a simulation. */
export interface Outcome {
  readonly lines: readonly EndedLine[];
  /** Simulated times of all calls that the LMS got, in order. */
  readonly callsAtMs: readonly number[];
  /** How often each learner was enrolled. */
  readonly enrollments: ReadonlyMap<string, number>;
  readonly tookSeconds: number;
}

const MINUTE_MS = 60_000;

/** The findings as sentences for people. */
export function findings(outcome: Outcome, { orders, outageMs, sellingMs, ratePerMinute }: OutageOptions): string {
  const { lines, callsAtMs, enrollments, tookSeconds } = outcome;
  const [during, after] = [callsAtMs.filter((atMs) => atMs < outageMs), callsAtMs.filter((atMs) => atMs >= outageMs)];
  const fulfilled = lines.flatMap(({ fulfilledAtMs }) => fulfilledAtMs ?? []);
  const drainedMs = fulfilled.reduce((latest, atMs) => Math.max(latest, atMs), outageMs) - outageMs;
  const overtaken = overtakenMs(lines);
  return [
    `${orders} orders bought in the first ${minutes(sellingMs)} of an outage of ${minutes(outageMs)}; simulated in ${tookSeconds.toFixed(0)} s`,
    `ended: ${statuses(lines)}; ${enrollments.size} learners enrolled, ${[...enrollments.values()].filter((times) => times !== 1).length} of them not exactly once`,
    `the LMS is back: drained after ${minutes(drainedMs)}, ${(fulfilled.length / (drainedMs / MINUTE_MS)).toFixed(0)} lines a minute, ${(after.length / (drainedMs / MINUTE_MS)).toFixed(0)} calls a minute`,
    `calls in the busiest minute: ${busiestMinute(during)} during the outage, ${busiestMinute(callsAtMs)} in all (limit ${ratePerMinute === 0 ? 'none' : ratePerMinute}); calls in all: ${during.length} during the outage, ${after.length} after it`,
    `oldest first: rank correlation of placing and fulfilling ${rankCorrelation(lines).toFixed(4)}; fulfilled later than one that was placed later: ${overtaken.filter((ms) => ms > MINUTE_MS).length} lines by more than a minute, the 99th percentile by ${seconds(percentile(overtaken, 0.99))}, the worst by ${seconds(percentile(overtaken, 1))}`,
    `attempts a line: ${attemptCounts(lines).map(([attempts, count]) => `${count} × ${attempts}`).join(', ')}`,
  ].join('\n');
}

function statuses(lines: readonly EndedLine[]): string {
  const counts = new Map<string, number>();
  for (const { status } of lines) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

function minutes(ms: number): string {
  return `${(ms / MINUTE_MS).toFixed(1)} min`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(0)} s`;
}
