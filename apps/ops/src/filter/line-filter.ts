import { FAILURE_KINDS, type ResubmissionFilter } from '#orders';
import { z } from 'zod';
import { WrongArgumentsError, checked, words } from '../command/arguments.js';

const instant = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-11-22T10:00:00Z' }).transform((text) => new Date(text));

/** What lines can be filtered by: the keys of `--filter`, which are those of the HTTP API. */
const VALUES: { readonly [Key in keyof ResubmissionFilter]-?: z.ZodType<NonNullable<ResubmissionFilter[Key]>> } = {
  failureKind: z.enum([...FAILURE_KINDS, 'none'], { error: `must be one of ${FAILURE_KINDS.join(', ')}, or none (not tried yet)` }),
  productType: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a product type: lower case letters, digits and - only'),
  courseId: words(255),
  sku: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a SKU: letters, digits and . _ - only, at most 64'),
  learner: words(150),
  orderNumber: z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'must be an order number, such as OF-100001'),
  status: z.enum(['waiting', 'failed'], { error: 'must be waiting or failed' }),
  paidBefore: instant,
  paidAfter: instant,
  givenUp: z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true'),
};
type Key = keyof typeof VALUES;
const KEYS = Object.keys(VALUES) as Key[];

/** The board's filters as options of `parseArgs`. */
export const BOARD_OPTIONS = { kind: { type: 'string' }, type: { type: 'string' }, course: { type: 'string' } } as const;
/** All filters as options of `parseArgs`. */
export const FILTER_OPTIONS = {
  ...BOARD_OPTIONS,
  sku: { type: 'string' },
  learner: { type: 'string' },
  order: { type: 'string' },
  status: { type: 'string' },
  'paid-before': { type: 'string' },
  'paid-after': { type: 'string' },
  'given-up': { type: 'boolean' },
  filter: { type: 'string', multiple: true },
} as const;
type Option = Exclude<keyof typeof FILTER_OPTIONS, 'filter'>;

const KEY_OF: Readonly<Record<Option, Key>> = {
  kind: 'failureKind',
  type: 'productType',
  course: 'courseId',
  sku: 'sku',
  learner: 'learner',
  order: 'orderNumber',
  status: 'status',
  'paid-before': 'paidBefore',
  'paid-after': 'paidAfter',
  'given-up': 'givenUp',
};
const OPTIONS = Object.keys(KEY_OF) as Option[];

/** The values of `FILTER_OPTIONS`, or of some of them. */
export type FilterValues = Readonly<Partial<Record<Option, string | boolean>>> & { readonly filter?: readonly string[] };

interface Given {
  readonly key: Key;
  /** As the operator wrote it. */
  readonly name: string;
  readonly text: string;
}

/** The filter that options and `--filter key=value` make together. @throws {WrongArgumentsError} for what is unknown, wrong, or said twice. */
export function readFilter(values: FilterValues): ResubmissionFilter {
  const given = [...OPTIONS.flatMap((option) => fromOption(option, values[option])), ...(values.filter ?? []).map(fromPair)];
  const twice = given.find(({ key }, index) => given.findIndex((other) => other.key === key) < index);
  if (twice) throw new WrongArgumentsError(`${twice.name} is given twice: each filter may be given once, and all that are given must hold.`);
  return Object.fromEntries(given.map(({ key, name, text }) => [key, checked<unknown>(name, VALUES[key], text)]));
}

function fromOption(option: Option, value: string | boolean | undefined): Given[] {
  return value === undefined ? [] : [{ key: KEY_OF[option], name: `--${option}`, text: String(value) }];
}

function fromPair(pair: string): Given {
  const [name = '', ...rest] = pair.split('=');
  const key = KEYS.find((known) => known === name);
  if (rest.length === 0 || key === undefined) throw new WrongArgumentsError(`--filter takes key=value with one of these keys: ${KEYS.join(', ')}. It was given ${JSON.stringify(pair)}.`);
  const text = rest.join('=');
  if (KEYS.some((known) => text.includes(`,${known}=`))) throw new WrongArgumentsError('--filter takes one key=value: repeat --filter for each further one.');
  return { key, name: `--filter ${key}`, text };
}
