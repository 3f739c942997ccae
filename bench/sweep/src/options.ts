import { FLAG, TEXT, number, parseOptions } from '../../kit/src/command-line.js';

/** How much to look through, and how often. */
export interface SweepOptions {
  readonly fewOrders: number;
  readonly manyOrders: number;
  /** Of either number of orders. */
  readonly dueOrders: number;
  readonly rounds: number;
}

export const USAGE = `Usage: npm run bench:sweep -- [options]

Measures the statements that are asked again and again for what is due or unfinished, over few and over many orders of which
equally many are due, and shows how PostgreSQL finds it.

  --quick        a smoke run: fewer orders, figures that mean little
  --few <n>      orders of the small database (default 10000)
  --many <n>     orders of the large database, up to 10000000 (default 1000000)
  --due <n>      orders that are due, in either (default 1000)
  --rounds <n>   rounds of 50 questions of each statement and database, 1 to 100 (default 9)
  --help         show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, few: TEXT, many: TEXT, due: TEXT, rounds: TEXT };
const MOST_ORDERS = 10_000_000;

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): SweepOptions | null {
  const { quick, help, few, many, due, rounds } = parseOptions(argv, OPTIONS);
  if (help) return null;
  const fewOrders = number('--few', few ?? '10000', { least: 100, most: MOST_ORDERS });
  return {
    fewOrders,
    manyOrders: number('--many', many ?? (quick ? '50000' : '1000000'), { least: fewOrders, most: MOST_ORDERS }),
    dueOrders: number('--due', due ?? '1000', { least: 1, most: fewOrders }),
    rounds: rounds === undefined ? (quick ? 2 : 9) : number('--rounds', rounds, { least: 1, most: 100 }),
  };
}
