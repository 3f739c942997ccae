import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ENTRY_NAME, PlugInOptions, hasProto, isObject, readMap, withEntryVariables, type MapWords, type WithWrittenOptions } from './plug-in-map.js';
import { Variables } from './variable-references.js';

/** Where the map is, when nobody says so. */
const USUAL_FILE = 'config/payment-processors.yaml';
/** They need no entry, and are always what they are called. */
const ALWAYS_THERE = ['free', 'invoice'] as const;

const access = z.enum(['revoke', 'keep', 'ask']).default('ask');

const Entry = z.strictObject({
  processor: z.string().min(1),
  options: PlugInOptions,
  latePayments: z.enum(['refund', 'park']).default('park'),
  outsideRefunds: access,
  disputes: access,
});

const WRONG_NAME = 'is no name of a payment processor: use lower case letters, digits and -';

const ProcessorMap = z.record(z.string().regex(ENTRY_NAME, WRONG_NAME), Entry);

/** One entry, with the variables that its `options` name put in. */
export type PaymentProcessorSettings = WithWrittenOptions<z.infer<typeof Entry>>;

/** The map of payment processors as it stands in its file, checked for form only: whether a processor exists is found out when it is wired. */
export interface PaymentProcessorsFile {
  /** Where relative paths of processors start. */
  readonly baseUrl: string;
  /** `free` and `invoice` first, also where the file names neither. */
  readonly processors: ReadonlyMap<string, PaymentProcessorSettings>;
}

/** The map of payment processors cannot be used: says where and what to change. */
export class PaymentProcessorsError extends Error {
  constructor(file: string, fact: string, options?: ErrorOptions) {
    super(`${file}: ${fact}`, options);
    this.name = 'PaymentProcessorsError';
  }
}

/** Reads the map of payment processors: the usual one, which need not be there, where no file is named. `variables` are what `${NAME}` in it stands for. @throws {PaymentProcessorsError} */
export async function readPaymentProcessors(named: string | null, variables = new Variables({})): Promise<PaymentProcessorsFile> {
  const file = named ?? USUAL_FILE;
  const path = resolve(file);
  const words = wordsFor(file, named === null);
  const raw = await readMap(path, words);
  if (hasProto(raw)) throw words.refuse(`"__proto__" ${WRONG_NAME}.`);
  const result = ProcessorMap.safeParse(withThoseAlwaysThere(raw));
  if (!result.success) throw words.refuse(sentences(result.error));
  const renamed = ALWAYS_THERE.filter((name) => result.data[name]?.processor !== name);
  if (renamed.length > 0) throw words.refuse(`${renamed.map((name) => `${name}.processor: "${name}" is always the processor ${name}; give the other one another name`).join('; ')}.`);
  return { baseUrl: pathToFileURL(path).href, processors: withEntryVariables(result.data, ['options'], { variables, refuse: words.refuse }) };
}

function wordsFor(file: string, mayBeMissing: boolean): MapWords {
  return {
    refuse: (fact, options) => new PaymentProcessorsError(file, fact, options),
    change: 'Set PAYMENT_PROCESSORS_FILE to a map of payment processors, or leave it out where free and invoice are enough.',
    twice: 'A payment processor (or a key of one) stands twice: keep one entry',
    mayBeMissing,
  };
}

/** What is no map, or no entry, is left to the schema to refuse. */
function withThoseAlwaysThere(raw: unknown): unknown {
  if (!isObject(raw) || Array.isArray(raw)) return raw;
  const entries = ALWAYS_THERE.map((name) => {
    const entry = raw[name] ?? {};
    return [name, isObject(entry) && !Array.isArray(entry) ? { processor: name, ...entry } : entry] as const;
  });
  return { ...Object.fromEntries(entries), ...Object.fromEntries(Object.entries(raw).filter(([name]) => !ALWAYS_THERE.some((always) => always === name))) };
}

/** One clause for each thing that is wrong: where, and what. */
function sentences({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.code === 'invalid_key' ? WRONG_NAME : issue.message}`).join('; ');
}
