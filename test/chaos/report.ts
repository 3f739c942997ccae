import type { Evidence } from './judge/evidence.js';

/** What a drill came to, in figures. */
export interface Figures {
  readonly orders: number;
  readonly lines: number;
  readonly lmsCalls: number;
  /** Attempts that were not a checkout's. */
  readonly retries: number;
  /** Holders that never said what came of it. */
  readonly lostLeases: number;
  /** From the end of a lease to the claim that took the line over, at the longest. */
  readonly slowestTakeoverMs: number;
  readonly readBacks: number;
  /** From payment to fulfilled, of the line that waited longest; those that an operator sent again left out. */
  readonly longestWaitMs: number;
}

export interface DrillReport extends Figures {
  readonly number: number;
  readonly title: string;
  readonly seed: number;
  readonly seconds: number;
  readonly strokes: ReadonlyMap<string, number>;
  /** Promises that were not kept. Empty: passed. */
  readonly breaches: readonly string[];
  /** The last words of the processes, where there are breaches. */
  readonly logs: readonly string[];
}

export function figuresOf(evidence: Evidence): Figures {
  const { orders, lines, calls, attempts, history } = evidence;
  const paidUs = new Map(lines.map(({ id, paid_us: paid }) => [id, paid]));
  const waitedForPerson = new Set(history.filter(({ event }) => event === 'resubmit').map(({ line_id: id }) => id));
  const waits = history.filter(({ event, line_id: id }) => event === 'fulfil' && !waitedForPerson.has(id)).map(({ line_id: id, at_us: at }) => (at - (paidUs.get(id) ?? at)) / 1_000);
  return {
    orders: orders.length,
    lines: lines.length,
    lmsCalls: calls.length,
    retries: attempts.filter(({ requested_by: by }) => !by.startsWith('checkout:')).length,
    lostLeases: history.filter(({ event }) => event === 'reclaim').length,
    slowestTakeoverMs: slowestTakeoverMs(evidence),
    readBacks: calls.filter(({ method }) => method === 'GET').length,
    longestWaitMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
  };
}

/** The history says when a line was taken over, the attempt before it since when it might have been. */
function slowestTakeoverMs({ attempts, history, leaseMs }: Evidence): number {
  const startsOf = Map.groupBy(attempts, ({ line_id: id }) => id);
  const lags = history.filter(({ event }) => event === 'reclaim').map(({ line_id: id, at_us: at }) => {
    const starts = (startsOf.get(id) ?? []).map(({ started_us: start }) => start).filter((start) => start < at);
    return at - Math.max(...starts) - leaseMs * 1_000;
  });
  return lags.filter(Number.isFinite).reduce((slowest, lag) => Math.max(slowest, lag), 0) / 1_000;
}

export const TABLE_HEAD = [
  '| | Drill | Seed | Orders | Lines | Broken | Calls to the LMS | Retries | Lost leases | Slowest takeover | Read-backs | Longest wait | Took | Verdict |',
  '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
].join('\n');

/** One row of the table of docs/fault-drills.md. */
export function tableRow(report: DrillReport): string {
  const { number, title, seed, orders, lines, lmsCalls, retries, lostLeases, slowestTakeoverMs, readBacks, longestWaitMs, seconds, breaches } = report;
  const verdict = breaches.length === 0 ? 'kept' : `**${breaches.length} broken promises**`;
  const cells = [number, title, seed, orders, lines, strokesOf(report), lmsCalls, retries, lostLeases, `${(slowestTakeoverMs / 1_000).toFixed(1)} s`, readBacks, `${(longestWaitMs / 1_000).toFixed(1)} s`, `${seconds.toFixed(0)} s`, verdict];
  return `| ${cells.join(' | ')} |`;
}

function strokesOf({ strokes }: DrillReport): string {
  return [...strokes].map(([stroke, count]) => `${stroke} ${count} ×`).join(', ');
}
