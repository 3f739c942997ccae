import { resolve } from 'node:path';
import { FLAG, TEXT, list, number, parseOptions } from '../../kit/src/command-line.js';

/** What to drain, and how often. */
export interface DrainOptions {
  /** Due lines of one round of one contestant, at an LMS that answers at once. */
  readonly lines: number;
  readonly lmsLatenciesMs: readonly number[];
  /** Lines at a time. */
  readonly concurrency: number;
  readonly rounds: number;
  /** Absolute path of where to write CPU profiles; null: none are taken. */
  readonly profileFolder: string | null;
}

export const USAGE = `Usage: npm run bench:drain -- [options]

Measures how fast one worker drains due lines, with and without Bull, side by side with bare code that makes the same claims,
calls and settles.

  --quick             a smoke run: few lines, figures that mean little
  --lines <n>         due lines of one round of one contestant, 100 to 100000 (default 10000)
  --latency <list>    latencies of the LMS in ms, up to 5000 (default 0,100); above 0 a round has as many lines as take about 20 s
  --concurrency <n>   lines at a time, 1 to 100 (default 10)
  --rounds <n>        rounds at each latency, 1 to 100 (default 5)
  --profile <folder>  take CPU profiles of all three, and sum them up by package
  --help              show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, lines: TEXT, latency: TEXT, concurrency: TEXT, rounds: TEXT, profile: TEXT };

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): DrainOptions | null {
  const { quick, help, lines, latency, concurrency, rounds, profile } = parseOptions(argv, OPTIONS);
  if (help) return null;
  return {
    lines: lines === undefined ? (quick ? 1_000 : 10_000) : number('--lines', lines, { least: 100, most: 100_000 }),
    lmsLatenciesMs: list('--latency', latency ?? (quick ? '0' : '0,100'), { least: 0, most: 5_000 }),
    concurrency: number('--concurrency', concurrency ?? '10', { least: 1, most: 100 }),
    rounds: rounds === undefined ? (quick ? 1 : 5) : number('--rounds', rounds, { least: 1, most: 100 }),
    profileFolder: profile === undefined ? null : resolve(profile),
  };
}
