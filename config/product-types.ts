import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { YAMLParseError, parse } from 'yaml';
import { z } from 'zod';

const Entry = z.strictObject({
  fulfiller: z.string().min(1),
  options: z.looseObject({ timeoutMs: z.number().int().min(1).optional() }).default({}),
  maxQuantity: z.number().int().min(1).max(1_000).default(1),
  repeatable: z.boolean().default(false),
});

const TokenMap = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'is no product type: use lower case letters, digits and -'), Entry);

/** The token map as it stands in its file, checked for form only: whether a fulfiller exists is found out when it is wired. */
export interface ProductTypesFile {
  /** Where relative fulfiller paths start. */
  readonly baseUrl: string;
  readonly productTypes: ReadonlyMap<string, z.infer<typeof Entry>>;
}

/** The token map cannot be used: says where and what to change. */
export class ProductTypesError extends Error {
  constructor(file: string, fact: string, options?: ErrorOptions) {
    super(`${file}: ${fact}`, options);
    this.name = 'ProductTypesError';
  }
}

/** Reads the token map. @throws {ProductTypesError} */
export async function readProductTypes(file: string): Promise<ProductTypesFile> {
  const path = resolve(file);
  const result = TokenMap.safeParse(parseYaml(file, await readText(file, path)));
  if (!result.success) throw new ProductTypesError(file, z.prettifyError(result.error));
  return { baseUrl: pathToFileURL(path).href, productTypes: new Map(Object.entries(result.data)) };
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
    return parse(text) ?? {};
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    const twice = cause.code === 'DUPLICATE_KEY' ? 'A product type (or a key of one) stands twice: one type has one fulfiller, keep one entry. ' : '';
    throw new ProductTypesError(file, `${twice}${cause.message}`, { cause });
  }
}
