import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { productsOf } from './product-rows.js';
import type { CatalogProduct } from './product.js';
import { LIST_PRODUCTS, PRODUCT_BY_ID, type ProductRow } from './product.statements.js';

/** All that are given must hold. */
export interface ProductFilter {
  readonly productType?: string | undefined;
  readonly partner?: string | undefined;
}

/** Reads products with their SKUs: each answer from one snapshot. */
@Injectable()
export class ProductReader {
  constructor(private readonly database: CatalogDatabase) {}

  /** @param id a UUID. */
  async byId(id: string): Promise<CatalogProduct | null> {
    return productsOf(await this.database.prepared<ProductRow>(PRODUCT_BY_ID, [id]))[0] ?? null;
  }

  /** A page in the order of the ids. */
  async list({ productType, partner }: ProductFilter, limit: number, afterId: string | null): Promise<{ products: CatalogProduct[]; nextAfterId: string | null }> {
    const products = productsOf(await this.database.prepared<ProductRow>(LIST_PRODUCTS, [limit + 1, afterId, productType ?? null, partner ?? null]));
    const page = products.slice(0, limit);
    return { products: page, nextAfterId: products.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}
