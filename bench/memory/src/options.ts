import { FLAG, TEXT, number, parseOptions } from '../../kit/src/command-line.js';

/** How long to watch. */
export interface MemoryOptions {
  readonly lines: number;
  /** A reading after so many lines each. */
  readonly stepLines: number;
  /** From here on it should be flat. */
  readonly warmLines: number;
  readonly withRedis: boolean;
}

export const USAGE = `Usage: npm run bench:memory -- [options]

Watches the memory of one worker from the first line that it delivers to the last.

  --quick          a smoke run: 5000 lines
  --lines <n>      lines in all, 1000 to 10000000 (default 100000)
  --step <n>       lines between two readings (default 5000)
  --warm <n>       lines after which it should be flat (default 10000)
  --without-redis  the worker that looks for due work by itself, not the one that Bull wakes
  --help           show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, lines: TEXT, step: TEXT, warm: TEXT, 'without-redis': FLAG };
const MOST_LINES = 10_000_000;

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): MemoryOptions | null {
  const { quick, help, lines, step, warm, 'without-redis': withoutRedis = false } = parseOptions(argv, OPTIONS);
  if (help) return null;
  const all = lines === undefined ? (quick ? 5_000 : 100_000) : number('--lines', lines, { least: 1_000, most: MOST_LINES });
  return {
    lines: all,
    stepLines: number('--step', step ?? (quick ? '1000' : '5000'), { least: 1, most: all }),
    warmLines: number('--warm', warm ?? (quick ? '2000' : '10000'), { least: 1, most: all }),
    withRedis: !withoutRedis,
  };
}
