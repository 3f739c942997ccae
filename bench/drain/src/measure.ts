import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeMs } from '../../kit/src/cpu-time.js';
import { execute, settleDatabase, withClient } from '../../kit/src/database.js';
import { UNFINISHED, writeDueLines } from '../../kit/src/due-lines.js';
import { median } from '../../kit/src/statistics.js';
import type { Cast, Contestant } from './contestants.js';
import type { DrainOptions } from './options.js';

/** Whose processor time is counted: who drains, and who works for it. */
export const WORKERS = ['process', 'postgres', 'redis', 'lms'] as const;
export type Worker = (typeof WORKERS)[number];

/** One contestant in one round. */
export interface Round {
  readonly lines: number;
  readonly linesPerSecond: number;
  readonly callsPerLine: number;
  /** Processor milliseconds for each line; NaN where they cannot be read. */
  readonly cpuMsPerLine: Readonly<Record<Worker, number>>;
}

/** One contestant at one latency, over all rounds. */
export interface Figures {
  readonly name: Contestant['name'];
  readonly rounds: readonly Round[];
  /** Its lines a second divided by those of the bare code in the same round. */
  readonly ratios: readonly number[];
}

export interface Point {
  readonly lmsLatencyMs: number;
  readonly figures: readonly Figures[];
}

/** Time to write the lines and PostgreSQL's statistics of them before they fall due. */
const PREPARE_MS = 4_000;
const LOOK_MS = 250;
const SLOW_ROUND_MS = 20_000;
const CALLS_PER_LINE = 2;

/** As many lines as take about 20 s where it is the LMS that takes the time. */
export function linesAt(lmsLatencyMs: number, { lines, concurrency }: Pick<DrainOptions, 'lines' | 'concurrency'>): number {
  return lmsLatencyMs === 0 ? lines : Math.min(lines, Math.ceil((concurrency * SLOW_ROUND_MS) / (CALLS_PER_LINE * lmsLatencyMs)));
}

/** Has everybody drain in turns, so that whatever else the machine does meets all of them. */
export async function measurePoint(cast: Cast, options: DrainOptions, lmsLatencyMs: number): Promise<Point> {
  const measured = new Map<Contestant, Round[]>(cast.contestants.map((contestant) => [contestant, []]));
  await cast.lms.answerAfter(lmsLatencyMs);
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? cast.contestants : cast.contestants.toReversed();
    for (const contestant of order) measured.get(contestant)?.push(await drainOnce(cast, contestant, linesAt(lmsLatencyMs, options), lmsLatencyMs));
  }
  const bare = [...measured].find(([{ name }]) => name === 'bare code')?.[1] ?? [];
  const figures = [...measured].map(([{ name }, rounds]) => ({ name, rounds, ratios: rounds.map(({ linesPerSecond }, round) => linesPerSecond / (bare[round]?.linesPerSecond ?? NaN)) }));
  return { lmsLatencyMs, figures };
}

/** Writes due lines into an empty database and waits until all are fulfilled. The time counts from the first claim to the last settle. */
export async function drainOnce(cast: Cast, contestant: Contestant, lines: number, lmsLatencyMs: number): Promise<Round> {
  const { databaseUrl } = contestant;
  await execute(databaseUrl, 'truncate orders restart identity cascade');
  await writeDueLines(databaseUrl, { from: 1, count: lines, inMs: PREPARE_MS });
  const writtenAtMs = performance.now();
  await settleDatabase(databaseUrl);
  await cast.lms.answerAfter(lmsLatencyMs);
  await sleep(Math.max(0, PREPARE_MS - (performance.now() - writtenAtMs)));
  const before = cpuTimes(cast, contestant);
  await contestant.begin();
  const seconds = await whenDrained(databaseUrl);
  const after = cpuTimes(cast, contestant);
  const { GET, POST } = await cast.lms.answerAfter(lmsLatencyMs);
  const perLine = (worker: Worker): number => (after[worker] - before[worker]) / lines;
  return {
    lines,
    linesPerSecond: lines / seconds,
    callsPerLine: (GET + POST) / lines,
    cpuMsPerLine: { process: perLine('process'), postgres: perLine('postgres'), redis: perLine('redis'), lms: perLine('lms') },
  };
}

const SECONDS = `select extract(epoch from max(ended_at) - min(started_at))::float8 as seconds from fulfillment_attempt where requested_by like 'retry:%'`;

async function whenDrained(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    while ((await client.query<{ lines: number }>(UNFINISHED)).rows[0]?.lines !== 0) await sleep(LOOK_MS);
    return (await client.query<{ seconds: number }>(SECONDS)).rows[0]?.seconds ?? NaN;
  });
}

function cpuTimes({ ground: { postgres }, redisPid, lms }: Cast, { name, pid }: Contestant): Record<Worker, number> {
  const time = (of: number | null | undefined): number => (of == null ? NaN : (cpuTimeMs(of) ?? NaN));
  return { process: time(pid), postgres: time(postgres.pid), redis: name === 'worker, Bull' ? time(redisPid) : 0, lms: time(lms.pid) };
}

/** Of one contestant's rounds. */
export function medianOf(rounds: readonly Round[], figure: (round: Round) => number): number {
  return median(rounds.map(figure));
}
