import { parseArgs } from 'node:util';
import { DRILLS } from './drills/index.js';
import { PAYMENTS_DRILL } from './payments-drill.js';

export interface ChaosOptions {
  /** Of all drills together; judging them comes on top. Null: the short form, as the tests play it. */
  readonly minutes: number | null;
  readonly seed: number;
  /** Numbers of the drills to play. */
  readonly drills: readonly number[];
}

export const USAGE = `Usage: npm run chaos -- [options]

Plays the fault drills of docs/fault-drills.md at length and judges each. Starts everything itself, on this machine.

  --minutes <n>   for all drills together, 0.1 to 1440 (default 10)
  --quick         the short form instead, as npm test plays it
  --seed <n>      decides moments and victims, 0 to 4294967295 (default: a random one, which is printed)
  --drills <list> numbers of the drills to play (default 1,2,3,4,5,6,7,8,9)
  --help          show this
`;

/** The command line is wrong. */
export class UsageError extends Error {}

/** Reads the command line; null asks for help. @throws {UsageError} */
export function readOptions(argv: readonly string[]): ChaosOptions | null {
  const { help, quick, minutes = '10', seed, drills } = parse(argv);
  if (help) return null;
  const all = [...DRILLS.map(({ number }) => number), PAYMENTS_DRILL];
  const chosen = drills?.split(',').map(Number) ?? all;
  if (!chosen.every((number) => all.includes(number))) throw new UsageError(`--drills takes numbers from ${all.join(',')}, and not "${String(drills)}".`);
  return {
    minutes: quick ? null : number('--minutes', minutes, 0.1, 1_440),
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole('--seed', seed, 0, 2 ** 32 - 1),
    drills: chosen,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ args: [...argv], options: { help: flag, quick: flag, minutes: text, seed: text, drills: text } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a number from ${least} to ${most}, and not "${text}".`);
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = number(option, text, least, most);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${option} takes a whole number, and not "${text}".`);
}
