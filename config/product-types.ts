import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Variables, withVariables } from './variable-references.js';
import { YamlTextError, readYaml } from './yaml-text.js';

/** An hour: a lease has to outlast two of them. */
const MAX_TIMEOUT_MS = 60 * 60 * 1000;

const POLICY_KEY = /^(default|(configuration|network|timeout|server|rejected|throttled|unknown)(\/[1-5]\d\d)?)$/;
const WRONG_POLICY_KEY = 'is no failure: use default, a kind (configuration, network, timeout, server, rejected, throttled, unknown), or a kind with its HTTP status, such as rejected/406';
const MAX_CALLBACK_SECRETS = 3;
const MAX_RETRY_MS = 366 * 24 * 60 * 60 * 1000;
const retryMs = z.exactOptional(z.int().min(1).max(MAX_RETRY_MS));

const RetryOverride = z.strictObject({ baseMs: retryMs, maxDelayMs: retryMs, maxAgeMs: retryMs, maxAttempts: z.exactOptional(z.int().min(1).max(1_000).nullable()) });

const Entry = z.strictObject({
  fulfiller: z.string().min(1),
  options: z.looseObject({ timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).optional() }).default({}),
  maxQuantity: z.number().int().min(1).max(1_000).default(1),
  repeatable: z.boolean().default(false),
  callbackSecrets: z.array(z.string().min(1)).max(MAX_CALLBACK_SECRETS, `must be at most ${MAX_CALLBACK_SECRETS}: the one in use, the one before, the one to come`).default([]),
  retry: z.record(z.string().regex(POLICY_KEY, WRONG_POLICY_KEY), RetryOverride).default({}),
});

const WRONG_NAME = 'is no product type: use lower case letters, digits and -';

const TokenMap = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, WRONG_NAME), Entry);

/** One entry, with the variables that its `options` and its `callbackSecrets` name put in. */
export interface ProductTypeSettings extends z.infer<typeof Entry> {
  /** As they stand in the file: what may be shown of them is told by this. */
  readonly writtenOptions: Readonly<Record<string, unknown>>;
}

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
  const raw = parseYaml(file, await readText(file, path));
  // zod passes this one key over.
  if (hasProto(raw)) throw new ProductTypesError(file, `"__proto__" ${WRONG_NAME}.`);
  const withProto = Object.entries(raw ?? {}).find(([, entry]) => isObject(entry) && hasProto(entry['retry']));
  if (withProto) throw new ProductTypesError(file, `${withProto[0]}.retry.__proto__: ${WRONG_POLICY_KEY}.`);
  const result = TokenMap.safeParse(raw);
  if (!result.success) throw new ProductTypesError(file, sentences(result.error));
  if (Object.keys(result.data).length === 0) throw new ProductTypesError(file, 'names no product type, so nothing could be sold. Add an entry.');
  return { baseUrl: pathToFileURL(path).href, productTypes: settings(file, result.data, variables) };
}

function settings(file: string, entries: z.infer<typeof TokenMap>, variables: Variables): Map<string, ProductTypeSettings> {
  const read = Object.entries(entries).map(([productType, entry]) => {
    const { options, callbackSecrets } = entry;
    const { value, problems } = withVariables({ options, callbackSecrets }, variables);
    return { settings: [productType, { ...entry, ...(value as typeof entry), writtenOptions: options }] as const, problems: problems.map(({ path, fact }) => `${[productType, ...path].join('.')}: ${fact}`) };
  });
  const problems = read.flatMap((entry) => entry.problems);
  if (problems.length > 0) throw new ProductTypesError(file, `${problems.join('; ')}.`);
  return new Map(read.map((entry) => entry.settings));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasProto(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, '__proto__');
}

/** One clause for each thing that is wrong: where, and what. */
function sentences({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.code === 'invalid_key' ? (issue.path.includes('retry') ? WRONG_POLICY_KEY : WRONG_NAME) : issue.message}`).join('; ');
}

async function readText(file: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ProductTypesError(file, 'cannot be read. Set PRODUCT_TYPES_FILE to a token map.', { cause });
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return readYaml(text) ?? {};
  } catch (cause) {
    // Without its cause: nothing of the text may be logged.
    if (cause instanceof YamlTextError) throw new ProductTypesError(file, cause.message);
    throw cause;
  }
}
