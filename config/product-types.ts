import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ENTRY_NAME, PlugInOptions, hasProto, isObject, readMap, withEntryVariables, type MapWords, type WithWrittenOptions } from './plug-in-map.js';
import { Variables } from './variable-references.js';

const POLICY_KEY = /^(default|(configuration|network|timeout|server|rejected|throttled|unknown)(\/[1-5]\d\d)?)$/;
const WRONG_POLICY_KEY = 'is no failure: use default, a kind (configuration, network, timeout, server, rejected, throttled, unknown), or a kind with its HTTP status, such as rejected/406';
const MAX_CALLBACK_SECRETS = 3;
const MAX_RETRY_MS = 366 * 24 * 60 * 60 * 1000;
const retryMs = z.exactOptional(z.int().min(1).max(MAX_RETRY_MS));

const RetryOverride = z.strictObject({ baseMs: retryMs, maxDelayMs: retryMs, maxAgeMs: retryMs, maxAttempts: z.exactOptional(z.int().min(1).max(1_000).nullable()) });

const Entry = z.strictObject({
  fulfiller: z.string().min(1),
  options: PlugInOptions,
  maxQuantity: z.number().int().min(1).max(1_000).default(1),
  repeatable: z.boolean().default(false),
  callbackSecrets: z.array(z.string().min(1)).max(MAX_CALLBACK_SECRETS, `must be at most ${MAX_CALLBACK_SECRETS}: the one in use, the one before, the one to come`).default([]),
  retry: z.record(z.string().regex(POLICY_KEY, WRONG_POLICY_KEY), RetryOverride).default({}),
});

const WRONG_NAME = 'is no product type: use lower case letters, digits and -';

const TokenMap = z.record(z.string().regex(ENTRY_NAME, WRONG_NAME), Entry);

/** One entry, with the variables that its `options` and its `callbackSecrets` name put in. */
export type ProductTypeSettings = WithWrittenOptions<z.infer<typeof Entry>>;

/** The token map as it stands in its file, checked for form only: whether a fulfiller exists is found out when it is wired. */
export interface ProductTypesFile {
  /** Where relative fulfiller paths start. */
  readonly baseUrl: string;
  readonly productTypes: ReadonlyMap<string, ProductTypeSettings>;
}

/** The token map cannot be used: says where and what to change. */
export class ProductTypesError extends Error {
  constructor(file: string, fact: string, options?: ErrorOptions) {
    super(`${file}: ${fact}`, options);
    this.name = 'ProductTypesError';
  }
}

/** Reads the token map. `variables` are what `${NAME}` in it stands for. @throws {ProductTypesError} */
export async function readProductTypes(file: string, variables = new Variables({})): Promise<ProductTypesFile> {
  const path = resolve(file);
  const words = wordsFor(file);
  const raw = await readMap(path, words);
  if (hasProto(raw)) throw words.refuse(`"__proto__" ${WRONG_NAME}.`);
  const withProto = Object.entries(isObject(raw) ? raw : {}).find(([, entry]) => isObject(entry) && hasProto(entry['retry']));
  if (withProto) throw words.refuse(`${withProto[0]}.retry.__proto__: ${WRONG_POLICY_KEY}.`);
  const result = TokenMap.safeParse(raw);
  if (!result.success) throw words.refuse(sentences(result.error));
  if (Object.keys(result.data).length === 0) throw words.refuse('names no product type, so nothing could be sold. Add an entry.');
  return { baseUrl: pathToFileURL(path).href, productTypes: withEntryVariables(result.data, ['options', 'callbackSecrets'], { variables, refuse: words.refuse }) };
}

function wordsFor(file: string): MapWords {
  return {
    refuse: (fact, options) => new ProductTypesError(file, fact, options),
    change: 'Set PRODUCT_TYPES_FILE to a token map.',
    twice: 'A product type (or a key of one) stands twice: one type has one fulfiller, keep one entry',
  };
}

/** One clause for each thing that is wrong: where, and what. */
function sentences({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.code === 'invalid_key' ? (issue.path.includes('retry') ? WRONG_POLICY_KEY : WRONG_NAME) : issue.message}`).join('; ');
}
