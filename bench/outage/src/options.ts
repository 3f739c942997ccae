import { FLAG, TEXT, number, parseOptions } from '../../kit/src/command-line.js';

/** What happens in the simulation. */
export interface OutageOptions {
  /** Bought evenly from the beginning of the outage on. */
  readonly orders: number;
  /** For how long they are bought. */
  readonly sellingMs: number;
  readonly outageMs: number;
  /** Calls that the LMS may get in any minute. 0: no limit. */
  readonly ratePerMinute: number;
}

export const USAGE = `Usage: npm run bench:outage -- [options]

Simulates an outage of the LMS during which orders go on being bought, and the time after it, by a database clock of its own:
the real checkout, gate, retries and settle, in simulated time.

  --quick        a smoke run: 500 orders in half an hour
  --orders <n>   orders that are bought during the outage, 10 to 1000000 (default 20000)
  --hours <n>    length of the outage, up to 23 (default 4)
  --selling <n>  hours from its beginning in which they are bought (default: all of it)
  --rate <n>     calls that the LMS may get in any minute, 0 for no limit (default 600)
  --help         show this
`;

const OPTIONS = { quick: FLAG, help: FLAG, orders: TEXT, hours: TEXT, selling: TEXT, rate: TEXT };
const HOUR_MS = 3_600_000;

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): OutageOptions | null {
  const { quick, help, orders, hours, selling, rate } = parseOptions(argv, OPTIONS);
  if (help) return null;
  const outageHours = number('--hours', hours ?? (quick ? '0.5' : '4'), { least: 0.01, most: 23, whole: false });
  return {
    orders: number('--orders', orders ?? (quick ? '500' : '20000'), { least: 10, most: 1_000_000 }),
    outageMs: outageHours * HOUR_MS,
    sellingMs: number('--selling', selling ?? String(outageHours), { least: 0.01, most: outageHours, whole: false }) * HOUR_MS,
    ratePerMinute: number('--rate', rate ?? '600', { least: 0, most: 1_000_000 }),
  };
}
