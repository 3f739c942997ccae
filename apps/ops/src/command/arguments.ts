import { types } from 'node:util';
import { z } from 'zod';

/** The command line is not what the command takes. The message is a sentence. */
export class WrongArgumentsError extends Error {
  constructor(fact: string) {
    super(fact);
    this.name = 'WrongArgumentsError';
  }
}

/** What `parseArgs` makes of a command line. @throws {WrongArgumentsError} for what it refuses. */
export function refusingWrongOptions<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')) throw new WrongArgumentsError(error.message);
    throw error;
  }
}

/** Of an option that is written twice only the last value is read: that is refused, but for those that may be repeated. @throws {WrongArgumentsError} */
export function assertOnce(tokens: readonly { readonly kind: string; readonly name?: string }[], repeatable: readonly string[] = []): void {
  const names = tokens.flatMap(({ kind, name }) => (kind === 'option' && name !== undefined && !repeatable.includes(name) ? [name] : []));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new WrongArgumentsError(`--${twice} is there twice: do one thing at a time.`);
}

/** The one argument that is no option, or none. @throws {WrongArgumentsError} for a second one. */
export function atMostOne(positionals: readonly string[]): string | undefined {
  const [first, ...others] = positionals;
  if (others.length > 0) throw new WrongArgumentsError(`One argument is too many: ${others.join(' ')}.`);
  return first;
}

/** A checked value. `name` is what the operator wrote. @throws {WrongArgumentsError} */
export function checked<Value>(name: string, schema: z.ZodType<Value>, raw: unknown): Value {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new WrongArgumentsError(`${name} ${result.error.issues[0]?.message ?? 'does not fit'}.`);
}

/** Control characters and marks that turn the direction of writing would be stored, and shown to others. */
const CLEAN = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Words for people, of 1 to `max` characters. */
export function words(max: number): z.ZodType<string> {
  return z
    .string()
    .trim()
    .regex(CLEAN, 'must not contain control characters')
    .regex(VISIBLE, 'must not be empty')
    .refine((value) => [...value].length <= max, `must be at most ${max} characters long`);
}
