import { cpuTimeMs } from '../../kit/src/cpu-time.js';
import { median, percentile } from '../../kit/src/statistics.js';
import type { ReadingOptions } from './options.js';
import { CONTESTANTS, type Cast, type Contestant } from './stage.js';

/** Whose processor time is counted: the server that is measured, and who works for it. */
export const WORKERS = ['server', 'postgres', 'readers'] as const;
export type Worker = (typeof WORKERS)[number];

/** One server in one round. */
export interface Round {
  readonly latenciesMs: readonly number[];
  /** All that were answered, those at the uncounted beginning and end too. */
  readonly answers: number;
  readonly answersPerSecond: number;
  /** Processor microseconds for each answer; null where they cannot be read. */
  readonly cpuUs: Readonly<Record<Worker, number>> | null;
}

/** One server with so many readers, over all rounds: medians of the rounds, and percentiles of all answers. */
export interface Figures {
  readonly answersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answers: number;
  readonly cpuUs: Readonly<Record<Worker, number>> | null;
}

export interface Point {
  readonly readers: number;
  readonly figures: Readonly<Record<Contestant, Figures>>;
  /** The product's answers a second divided by the baseline's, round by round. */
  readonly ratios: readonly number[];
}

/** Measures both servers in turns, so that whatever else the machine does meets both. */
export async function measurePoint(cast: Cast, options: ReadingOptions, readers: number): Promise<Point> {
  const measured: Record<Contestant, Round[]> = { product: [], baseline: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? CONTESTANTS : CONTESTANTS.toReversed();
    for (const contestant of order) measured[contestant].push(await measureRound(cast, options, contestant, readers));
  }
  const ratios = measured.product.map(({ answersPerSecond }, round) => answersPerSecond / (measured.baseline[round]?.answersPerSecond ?? NaN));
  return { readers, figures: { product: figures(measured.product), baseline: figures(measured.baseline) }, ratios };
}

async function measureRound(cast: Cast, { courses, roundMs: durationMs }: ReadingOptions, contestant: Contestant, readers: number): Promise<Round> {
  const before = cpuTimes(cast, contestant);
  const { latenciesMs, answers } = await cast.readers.read({ url: cast.servers[contestant].url, readers, courses, durationMs });
  const after = cpuTimes(cast, contestant);
  const each = (worker: Worker): number => (((after[worker] ?? NaN) - (before[worker] ?? NaN)) * 1_000) / answers;
  const cpuUs = { server: each('server'), postgres: each('postgres'), readers: each('readers') };
  return { latenciesMs, answers, answersPerSecond: (latenciesMs.length * 1_000) / durationMs, cpuUs: Object.values(cpuUs).every(Number.isFinite) ? cpuUs : null };
}

function cpuTimes({ servers, postgres, readers }: Cast, contestant: Contestant): Record<Worker, number | null> {
  return { server: cpuTimeMs(servers[contestant].pid), postgres: postgres.pid === undefined ? null : cpuTimeMs(postgres.pid), readers: cpuTimeMs(readers.pid) };
}

/** Sums up the rounds of one server. */
export function figures(rounds: readonly Round[]): Figures {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  const cpu = rounds.flatMap(({ cpuUs }) => cpuUs ?? []);
  const medianOf = (worker: Worker): number => median(cpu.map((times) => times[worker]));
  return {
    answersPerSecond: median(rounds.map(({ answersPerSecond }) => answersPerSecond)),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    answers: rounds.reduce((total, { answers }) => total + answers, 0),
    cpuUs: cpu.length === 0 ? null : { server: medianOf('server'), postgres: medianOf('postgres'), readers: medianOf('readers') },
  };
}
