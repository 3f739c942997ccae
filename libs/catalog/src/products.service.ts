import { randomUUIDv7 } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Inject, Injectable } from '@nestjs/common';
import { PRODUCT_DETAILS_CHECK, type ProductDetailsCheck } from './product-details.check.js';
import { Product } from './product.entity.js';
import { Sku } from './sku.entity.js';

export interface NewProduct {
  readonly productType: string;
  readonly title: string;
  readonly details: unknown;
  readonly sku: string;
  readonly priceMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

@Injectable()
export class ProductsService {
  constructor(
    private readonly em: EntityManager,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
  ) {}

  /**
   * Adds a product that is sold under one SKU, without end.
   *
   * @throws whatever the check of its details throws, and a unique violation when the SKU exists.
   */
  async add({ productType, title, details, sku, priceMinor, currency }: NewProduct): Promise<void> {
    this.detailsCheck.parseDetails(productType, details);
    const em = this.em.fork();
    const now = new Date();
    const stamps = { createdAt: now, updatedAt: now };
    const product = em.create(Product, { id: randomUUIDv7(), productType, title, details, ...stamps });
    em.create(Sku, { sku, product, priceMinor, currency, ...stamps });
    await em.flush();
  }
}
