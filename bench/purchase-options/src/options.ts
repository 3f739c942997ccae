import { resolve } from 'node:path';
import { FLAG, TEXT, list, number, parseOptions } from '../../kit/src/command-line.js';

/** How much, how long and how often to read. */
export interface ReadingOptions {
  readonly courses: number;
  readonly readerCounts: readonly number[];
  readonly rounds: number;
  /** Of one round of one contestant. */
  readonly roundMs: number;
  /** Of each contestant, before anything counts. */
  readonly warmUpMs: number;
  /** Absolute path of where to write CPU profiles of both servers; null: none are taken. */
  readonly profileFolder: string | null;
}

export const USAGE = `Usage: npm run bench:purchase-options -- [options]

Measures how fast purchase options are read, side by side with a bare server that answers a constant of the same size.

  --quick            a smoke run: fewer courses, short rounds, figures that mean little
  --courses <n>      courses that are asked for at random, 1 to 100000 (default 10000)
  --readers <list>   concurrent readers, up to 256 (default 1,8,32)
  --rounds <n>       rounds at each number of readers, 1 to 100 (default 9)
  --seconds <n>      length of one round of one contestant, 0.2 to 60 (default 2)
  --profile <folder> take CPU profiles of both servers, and sum them up by package
  --help             show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, courses: TEXT, readers: TEXT, rounds: TEXT, seconds: TEXT, profile: TEXT };

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): ReadingOptions | null {
  const { quick, help, courses, readers, rounds, seconds, profile } = parseOptions(argv, OPTIONS);
  if (help) return null;
  return {
    courses: number('--courses', courses ?? (quick ? '500' : '10000'), { least: 1, most: 100_000 }),
    readerCounts: list('--readers', readers ?? '1,8,32', { least: 1, most: 256 }),
    rounds: rounds === undefined ? (quick ? 1 : 9) : number('--rounds', rounds, { least: 1, most: 100 }),
    roundMs: seconds === undefined ? (quick ? 500 : 2_000) : number('--seconds', seconds, { least: 0.2, most: 60, whole: false }) * 1_000,
    warmUpMs: quick ? 500 : 5_000,
    profileFolder: profile === undefined ? null : resolve(profile),
  };
}
