import { resolve } from 'node:path';
import { FLAG, TEXT, list, number, parseOptions } from '../../kit/src/command-line.js';

/** How long and how often to measure. */
export interface BenchOptions {
  readonly buyerCounts: readonly number[];
  readonly lmsLatenciesMs: readonly number[];
  readonly rounds: number;
  /** Of one round of one contestant. */
  readonly roundMs: number;
  /** Of each contestant, before anything counts. */
  readonly warmUpMs: number;
  /** Where to write the figures as JSON as well; null: nowhere. */
  readonly jsonFile: string | null;
  /** Absolute path of where to write CPU profiles of both servers; null: none are taken. */
  readonly profileFolder: string | null;
}

export const USAGE = `Usage: npm run bench:checkout -- [options]

Measures checkouts, side by side with a bare server that makes the same commits and the same call to the LMS.

  --quick            a smoke run: short rounds, figures that mean little
  --rounds <n>       rounds at each point, 1 to 100 (default 9)
  --seconds <n>      length of one round of one contestant, 0.2 to 60 (default 2)
  --buyers <list>    concurrent buyers, up to 256 (default 1,8,32)
  --latency <list>   latencies of the LMS in ms, up to 5000 (default 0,50)
  --json <file>      write the figures as JSON as well
  --profile <folder> take CPU profiles of both servers, and sum them up by package
  --help             show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, rounds: TEXT, seconds: TEXT, buyers: TEXT, latency: TEXT, json: TEXT, profile: TEXT };

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): BenchOptions | null {
  const { quick, help, rounds, seconds, buyers, latency, json, profile } = parseOptions(argv, OPTIONS);
  if (help) return null;
  return {
    rounds: rounds === undefined ? (quick ? 1 : 9) : number('--rounds', rounds, { least: 1, most: 100 }),
    roundMs: seconds === undefined ? (quick ? 500 : 2_000) : number('--seconds', seconds, { least: 0.2, most: 60, whole: false }) * 1_000,
    warmUpMs: quick ? 500 : 5_000,
    buyerCounts: list('--buyers', buyers ?? '1,8,32', { least: 1, most: 256 }),
    lmsLatenciesMs: list('--latency', latency ?? '0,50', { least: 0, most: 5_000 }),
    jsonFile: json ?? null,
    profileFolder: profile === undefined ? null : resolve(profile),
  };
}
