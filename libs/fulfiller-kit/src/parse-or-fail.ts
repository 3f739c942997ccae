import { ConfigurationFailure, type DetailProblem } from './failures.js';

/** The part of Standard Schema (standardschema.dev) that is used here: zod, valibot and arktype all have it. */
export interface Schema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): ValidationResult<Output> | Promise<ValidationResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type ValidationResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Reads details or options by a schema.
 *
 * @param what names the thing in the message, e.g. `details of a seat`.
 * @throws {ConfigurationFailure} listing every wrong field.
 */
export function parseOrFail<Output>(schema: Schema<Output>, raw: unknown, what: string): Output {
  const result = schema['~standard'].validate(raw);
  if (result instanceof Promise) {
    // A rejection that nobody waits for would end the program, and show what it says.
    void result.catch(() => undefined);
    throw new TypeError(`The schema for the ${what} is asynchronous: use one that answers at once.`);
  }
  if (!result.issues) return result.value;
  const problems = result.issues.map(({ path = [], message }) => ({ pointer: path.map(pointerSegment).join(''), message }));
  throw new ConfigurationFailure(`Wrong ${what}: ${problems.map(sentence).join('; ')}`, problems);
}

function pointerSegment(segment: PropertyKey | { readonly key: PropertyKey }): string {
  const key = String(typeof segment === 'object' ? segment.key : segment);
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function sentence({ pointer, message }: DetailProblem): string {
  return pointer === '' ? message : `${pointer} ${message}`;
}
