import { FLAG, TEXT, list, number, parseOptions } from '../../kit/src/command-line.js';

/** How much to import, and how often. */
export interface ImportBenchOptions {
  /** From few to many. */
  readonly courses: readonly number[];
  readonly rounds: number;
}

export const USAGE = `Usage: npm run bench:import -- [options]

Imports courses of three modes each into an empty catalog, by the command as it is shipped: from a CSV file and from an LMS that lists
them; then the same file again, which changes nothing. Beside them PostgreSQL alone takes the same file.

  --quick         a smoke run: 500 and 1000 courses, one round
  --courses <n>   how many courses, e.g. 10000,50000 (the default); up to 1000000
  --rounds <n>    rounds, each with an empty database of its own, 1 to 20 (default 3)
  --help          show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, courses: TEXT, rounds: TEXT };

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): ImportBenchOptions | null {
  const { quick, help, courses, rounds } = parseOptions(argv, OPTIONS);
  if (help) return null;
  return {
    courses: list('--courses', courses ?? (quick ? '500,1000' : '10000,50000'), { least: 1, most: 1_000_000 }),
    rounds: number('--rounds', rounds ?? (quick ? '1' : '3'), { least: 1, most: 20 }),
  };
}
