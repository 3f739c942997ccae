import type { CatalogProduct, OfferedProduct } from './product.js';
import type { ProductRow } from './product.statements.js';

/** Products in the order of their rows, which stand together. */
export function productsOf(rows: readonly ProductRow[]): CatalogProduct[] {
  const products = new Map<string, CatalogProduct & { skus: OfferedProduct[]; withdrawnSkus: string[] }>();
  for (const row of rows) {
    const product = products.get(row.id) ?? productOf(row);
    products.set(row.id, product);
    if (row.sku !== null && row.withdrawn) product.withdrawnSkus.push(row.sku);
    const offered = offeredOf(row);
    if (offered) product.skus.push(offered);
  }
  return [...products.values()];
}

function productOf({ id, product_type: productType, title, partner, details, course_id: courseId, mode, version, updated_at: updatedAt }: ProductRow) {
  return { id, productType, title, partner, details, courseId, mode, version, updatedAt, skus: [], withdrawnSkus: [] };
}

function offeredOf({ sku, price_minor: priceMinor, currency, available_from: availableFrom, available_until: availableUntil, withdrawn }: ProductRow): OfferedProduct | undefined {
  if (sku === null || priceMinor === null || currency === null || withdrawn) return undefined;
  return { sku, priceMinor: Number(priceMinor), currency, availableFrom, availableUntil };
}
