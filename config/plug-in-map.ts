import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { withVariables, type Variables } from './variable-references.js';
import { YamlTextError, readYaml } from './yaml-text.js';

/** An hour: a lease has to outlast two of them. */
const MAX_TIMEOUT_MS = 60 * 60 * 1000;

/** How an entry of a map of plug-ins is called. */
export const ENTRY_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** What an entry hands its plug-in. */
export const PlugInOptions = z.looseObject({ timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).optional() }).default({});

/** The words for what is wrong with one kind of map. */
export interface MapWords {
  readonly refuse: (fact: string, options?: ErrorOptions) => Error;
  /** What to set when the file cannot be read. */
  readonly change: string;
  /** What a key is that stands twice. */
  readonly twice: string;
  /** A file that is not there is as good as an empty one. */
  readonly mayBeMissing?: boolean;
}

/** Reads the YAML of a map of plug-ins. @throws what `words.refuse` makes; without a text of the file in it. */
export async function readMap(path: string, words: MapWords): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (words.mayBeMissing && isObject(cause) && cause['code'] === 'ENOENT') return '';
    throw words.refuse(`cannot be read. ${words.change}`, { cause });
  });
  try {
    return readYaml(text, words.twice) ?? {};
  } catch (cause) {
    // Without its cause: nothing of the text may be logged.
    if (cause instanceof YamlTextError) throw words.refuse(cause.message);
    throw cause;
  }
}

/** An entry, and its options as they stand in the file: what may be shown of them is told by that. */
export type WithWrittenOptions<Entry> = Entry & { readonly writtenOptions: Readonly<Record<string, unknown>> };

/** The entries with the variables that `members` of them name put in. @throws what `refuse` makes of every reference that leads nowhere. */
export function withEntryVariables<Entry extends { readonly options: Readonly<Record<string, unknown>> }>(
  entries: Readonly<Record<string, Entry>>,
  members: readonly (keyof Entry & string)[],
  { variables, refuse }: { readonly variables: Variables; readonly refuse: MapWords['refuse'] },
): Map<string, WithWrittenOptions<Entry>> {
  const read = Object.entries(entries).map(([name, entry]) => {
    const { value, problems } = withVariables(Object.fromEntries(members.map((member) => [member, entry[member]])), variables);
    return { entry: [name, { ...entry, ...(value as Entry), writtenOptions: entry.options }] as const, problems: problems.map(({ path, fact }) => `${[name, ...path].join('.')}: ${fact}`) };
  });
  const problems = read.flatMap((one) => one.problems);
  if (problems.length > 0) throw refuse(`${problems.join('; ')}.`);
  return new Map(read.map((one) => one.entry));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** zod passes this one key over. */
export function hasProto(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, '__proto__');
}
