import type { CatalogProduct, ProductDraft } from '#catalog';
import { dateOf } from '../courses/money.schema.js';
import type { ProductBody } from './products.schema.js';

export function productView({ skus, updatedAt, ...product }: CatalogProduct) {
  return {
    ...product,
    updatedAt: updatedAt.toISOString(),
    skus: skus.map(({ sku, priceMinor, currency, availableFrom, availableUntil }) => ({
      sku,
      priceMinor,
      currency,
      availableFrom: availableFrom?.toISOString() ?? null,
      availableUntil: availableUntil?.toISOString() ?? null,
    })),
  };
}

/** What a request asks a product to become. */
export function productDraft(id: string, { skus, ...product }: ProductBody): ProductDraft {
  return { id, ...product, skus: skus.map(({ availableFrom, availableUntil, ...sku }) => ({ ...sku, availableFrom: dateOf(availableFrom), availableUntil: dateOf(availableUntil) })) };
}
