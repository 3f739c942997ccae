import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command line is wrong. */
export class UsageError extends Error {}

export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;

/** The options of a command line that takes nothing else. @throws {UsageError} */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** Numbers that commas separate. @throws {UsageError} */
export function list(option: string, text: string, bounds: Bounds): number[] {
  return text.split(',').map((item) => number(option, item, bounds));
}

/** @throws {UsageError} */
export function number(option: string, text: string, { least, most, whole = true }: Bounds): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`${option} takes ${whole ? 'whole numbers' : 'a number'} from ${least} to ${most}, and not "${text}".`);
}
