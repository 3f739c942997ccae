import { randomUUIDv7 } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Inject, Injectable } from '@nestjs/common';
import { PRODUCT_DETAILS_CHECK, type ProductDetailsCheck } from '../product-details.check.js';
import { Product } from '../product.entity.js';
import { Sku } from '../sku.entity.js';
import { ProductNotFoundError } from './product.errors.js';
import type { CatalogProduct, ProductDraft } from './product.js';
import { ProductReader, type ProductFilter } from './product-reader.service.js';
import { SET_ACTOR } from './product.statements.js';
import { ProductWriter } from './product-writer.service.js';

export interface NewProduct {
  readonly productType: string;
  readonly title: string;
  readonly details: unknown;
  readonly sku: string;
  readonly priceMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** Products as people edit them, one at a time. */
@Injectable()
export class ProductsService {
  constructor(
    private readonly em: EntityManager,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
    private readonly reader: ProductReader,
    private readonly writer: ProductWriter,
  ) {}

  /** @param id a UUID. */
  find(id: string): Promise<CatalogProduct | null> {
    return this.reader.byId(id);
  }

  list(filter: ProductFilter, limit: number, afterId: string | null): Promise<{ products: CatalogProduct[]; nextAfterId: string | null }> {
    return this.reader.list(filter, limit, afterId);
  }

  /**
   * Makes the product what the draft says, as a whole or not at all, and a version newer. Of two writers who have read the same version
   * one goes through.
   *
   * @param ifVersion the version that was read, or `new`: there must be none.
   * @throws {ProductRefusedError | SkuTakenError} naming what is wrong.
   * @throws {StaleVersionError | ProductExistsError | ProductNotFoundError} when it is not what the caller has read.
   * @throws {EditedByCourseError} for seats and enrollment codes.
   */
  async put(draft: ProductDraft, { ifVersion, actor }: { ifVersion: number | 'new'; actor: string }): Promise<CatalogProduct> {
    if (ifVersion === 'new') await this.writer.create(draft, actor);
    else await this.writer.change(draft, ifVersion, actor);
    return this.written(draft.id);
  }

  /** Withdraws every SKU. The product stays, because orders name it. @throws like `put`. */
  async remove(id: string, { ifVersion, actor }: { ifVersion: number; actor: string }): Promise<CatalogProduct> {
    await this.writer.withdraw(id, ifVersion, actor);
    return this.written(id);
  }

  /**
   * Adds a product that is sold under one SKU, without end.
   *
   * @throws whatever the check of its details throws, and a unique violation when the SKU exists.
   */
  async add({ productType, title, details, sku, priceMinor, currency }: NewProduct): Promise<void> {
    this.detailsCheck.parseDetails(productType, details);
    await this.em.fork().transactional(async (em) => {
      await em.execute(SET_ACTOR.replace('$1', '?'), ['seed']);
      const now = new Date();
      const stamps = { createdAt: now, updatedAt: now };
      const product = em.create(Product, { id: randomUUIDv7(), productType, title, details, ...stamps });
      em.create(Sku, { sku, product, priceMinor, currency, ...stamps });
    });
  }

  private async written(id: string): Promise<CatalogProduct> {
    const product = await this.reader.byId(id);
    if (!product) throw new ProductNotFoundError();
    return product;
  }
}
