/** One line, as it stands at the end. Times are simulated, since the start. */
export interface EndedLine {
  readonly learner: string;
  readonly status: string;
  readonly attempts: number;
  readonly placedAtMs: number;
  /** Null: it was not. */
  readonly fulfilledAtMs: number | null;
}

const MINUTE_MS = 60_000;

/** The most that fall into any 60 seconds. Times in order. */
export function busiestMinute(timesMs: readonly number[]): number {
  let [first, most] = [0, 0];
  timesMs.forEach((atMs, index) => {
    while ((timesMs[first] ?? 0) <= atMs - MINUTE_MS) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** How many lines had so many attempts. */
export function attemptCounts(lines: readonly EndedLine[]): [attempts: number, lines: number][] {
  const counts = new Map<number, number>();
  for (const { attempts } of lines) counts.set(attempts, (counts.get(attempts) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => a - b);
}

/**
 * How well the order of fulfilling follows the order of placing: Spearman's rank correlation. 1 is the same order, 0 is
 * none, -1 the reverse. Lines of one moment share a rank.
 */
export function rankCorrelation(lines: readonly EndedLine[]): number {
  const placed = ranks(lines.map(({ placedAtMs }) => placedAtMs));
  const fulfilled = ranks(lines.map(({ fulfilledAtMs }) => fulfilledAtMs ?? Infinity));
  const mean = (lines.length - 1) / 2;
  const [p, f] = [placed.map((rank) => rank - mean), fulfilled.map((rank) => rank - mean)];
  const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return product(p, f) / Math.sqrt(product(p, p) * product(f, f));
}

function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  sorted.forEach((value, index) => {
    if (!first.has(value)) first.set(value, index);
    last.set(value, index);
  });
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

/** How much later each line was fulfilled than the first one that was placed after it; 0 where none overtook it. */
export function overtakenMs(lines: readonly EndedLine[]): number[] {
  const byPlacing = lines.toSorted((a, b) => b.placedAtMs - a.placedAtMs);
  let [earliestLaterMs, earliestOfMomentMs, momentMs] = [Infinity, Infinity, NaN];
  return byPlacing.map(({ placedAtMs, fulfilledAtMs }) => {
    const endMs = fulfilledAtMs ?? Infinity;
    if (placedAtMs !== momentMs) [earliestLaterMs, earliestOfMomentMs, momentMs] = [Math.min(earliestLaterMs, earliestOfMomentMs), Infinity, placedAtMs];
    earliestOfMomentMs = Math.min(earliestOfMomentMs, endMs);
    return endMs > earliestLaterMs ? endMs - earliestLaterMs : 0;
  });
}
