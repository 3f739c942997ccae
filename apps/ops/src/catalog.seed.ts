import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { parse } from 'yaml';
import { z } from 'zod';
import { CatalogImport, CatalogService, ProductsService } from '#catalog';
import { CommandError } from './command-failure.js';

const Products = z.array(
  z.strictObject({
    productType: z.string().min(1),
    title: z.string().min(1),
    details: z.record(z.string(), z.unknown()),
    sku: z.string().min(1),
    priceMinor: z.int().min(0),
    currency: z.string().length(3),
  }),
);

/**
 * Fills the catalog with the seed: seats from `catalog.csv`, other products from `products.yaml`. The latter are written
 * last, so where they are, the seed ran through, and is left alone: whoever changed a price since then keeps it.
 *
 * @returns whether anything was to do.
 */
export async function seedCatalog(app: INestApplicationContext, folder: string): Promise<boolean> {
  const products = await readProducts(join(folder, 'products.yaml'));
  const known = await app.get(CatalogService).quote(products.map(({ sku }) => sku));
  const missing = products.filter(({ sku }) => !known.has(sku));
  if (missing.length === 0) return false;
  await app.get(CatalogImport).importCsv(createReadStream(join(folder, 'catalog.csv')));
  for (const product of missing) await app.get(ProductsService).add(product);
  return true;
}

async function readProducts(file: string): Promise<z.infer<typeof Products>> {
  const result = Products.safeParse(parse(await readFile(file, 'utf8')));
  if (!result.success) throw new CommandError(`${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}
