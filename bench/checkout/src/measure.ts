import { cpuTimeMs } from '../../kit/src/cpu-time.js';
import { median, percentile } from '../../kit/src/statistics.js';
import type { BenchOptions } from './options.js';
import { CONTESTANTS, type Cast, type Contestant } from './stage.js';

/** Whose processor time is counted: the server that is measured, and who works for it. */
export const WORKERS = ['server', 'postgres', 'lms', 'buyers'] as const;
export type Worker = (typeof WORKERS)[number];

/** One server in one round. */
export interface Round {
  /** Of the orders that were answered while it counted. */
  readonly latenciesMs: readonly number[];
  /** All that were answered, those at the uncounted beginning and end too. */
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Processor milliseconds for each order; null where they cannot be read. */
  readonly cpuMsPerOrder: Readonly<Record<Worker, number>> | null;
}

/** One server at one point, over all rounds. */
export interface Figures {
  /** Median of the rounds. */
  readonly ordersPerSecond: number;
  /** Over all orders of all rounds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** All that were answered. */
  readonly orders: number;
  /** Medians of the rounds. */
  readonly cpuMsPerOrder: Readonly<Record<Worker, number>> | null;
}

/** What came of one number of buyers at one latency. */
export interface Point {
  readonly lmsLatencyMs: number;
  readonly buyers: number;
  readonly figures: Readonly<Record<Contestant, Figures>>;
  /** The product's orders a second divided by the baseline's, round by round. */
  readonly ratios: readonly number[];
  /** Their median: the figure that counts. */
  readonly ratio: number;
}

/** Measures both servers in turns, so that whatever else the machine does meets both. */
export async function measurePoint(cast: Cast, { rounds, roundMs }: BenchOptions, lmsLatencyMs: number, buyers: number): Promise<Point> {
  await cast.setLmsLatency(lmsLatencyMs);
  const measured: Record<Contestant, Round[]> = { product: [], baseline: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? CONTESTANTS : CONTESTANTS.toReversed();
    for (const contestant of order) measured[contestant].push(await measureRound(cast, contestant, buyers, roundMs));
  }
  const ratios = measured.product.map(({ ordersPerSecond }, round) => ordersPerSecond / (measured.baseline[round]?.ordersPerSecond ?? NaN));
  return { lmsLatencyMs, buyers, figures: { product: figures(measured.product), baseline: figures(measured.baseline) }, ratios, ratio: median(ratios) };
}

async function measureRound(cast: Cast, contestant: Contestant, buyers: number, roundMs: number): Promise<Round> {
  const before = cpuTimes(cast, contestant);
  const { latenciesMs, durationMs, orders } = await cast.buy(contestant, buyers, roundMs);
  const after = cpuTimes(cast, contestant);
  const perOrder = (worker: Worker): number => ((after[worker] ?? NaN) - (before[worker] ?? NaN)) / orders;
  const cpuMsPerOrder = { server: perOrder('server'), postgres: perOrder('postgres'), lms: perOrder('lms'), buyers: perOrder('buyers') };
  const isKnown = Object.values(cpuMsPerOrder).every(Number.isFinite);
  return { latenciesMs, orders, ordersPerSecond: (latenciesMs.length * 1_000) / durationMs, cpuMsPerOrder: isKnown ? cpuMsPerOrder : null };
}

function cpuTimes({ members }: Cast, contestant: Contestant): Record<Worker, number | null> {
  const { servers, postgres, lms, buyers } = members;
  return {
    server: cpuTimeMs(servers[contestant].pid),
    postgres: postgres.pid === undefined ? null : cpuTimeMs(postgres.pid),
    lms: cpuTimeMs(lms.pid),
    buyers: cpuTimeMs(buyers.pid),
  };
}

/** Sums up the rounds of one server. */
export function figures(rounds: readonly Round[]): Figures {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  const cpu = rounds.flatMap(({ cpuMsPerOrder }) => cpuMsPerOrder ?? []);
  const medianOf = (worker: Worker): number => median(cpu.map((times) => times[worker]));
  return {
    ordersPerSecond: median(rounds.map(({ ordersPerSecond }) => ordersPerSecond)),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    orders: rounds.reduce((total, { orders }) => total + orders, 0),
    cpuMsPerOrder: cpu.length === 0 ? null : { server: medianOf('server'), postgres: medianOf('postgres'), lms: medianOf('lms'), buyers: medianOf('buyers') },
  };
}
