import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { CatalogDatabase, queryOn } from '../catalog.database.js';
import { ENROLLMENT_CODE, SEAT } from '../courses/course.js';
import { StaleVersionError } from '../courses/course.errors.js';
import { PRODUCT_DETAILS_CHECK, type ProductDetailsCheck } from '../product-details.check.js';
import { productProblems } from './product-checks.js';
import { offerSkus, withdrawOthers } from './product-offers.js';
import { EditedByCourseError, ProductExistsError, ProductNotFoundError, ProductRefusedError } from './product.errors.js';
import type { ProductDraft } from './product.js';
import { CHANGE_PRODUCT, CREATE_PRODUCT, PRODUCT_STATE, SET_ACTOR, TOUCH_PRODUCT, type ProductStateRow } from './product.statements.js';

const DEFAULT_PARTNER = 'default';
const EDITED_BY_COURSE: ReadonlySet<string> = new Set([SEAT, ENROLLMENT_CODE]);

/** Changes products with their SKUs, each change as a whole or not at all. */
@Injectable()
export class ProductWriter {
  constructor(
    private readonly database: CatalogDatabase,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
  ) {}

  /** @throws {CatalogError} see `ProductsService.put`. */
  async create(draft: ProductDraft, actor: string): Promise<void> {
    if (EDITED_BY_COURSE.has(draft.productType)) throw new EditedByCourseError(null);
    this.refuseWrong(draft);
    await this.asActor(actor, async (client) => {
      const { id, productType, title, partner = DEFAULT_PARTNER, details, skus } = draft;
      const created = await queryOn(client, CREATE_PRODUCT, [id, productType, title, partner, JSON.stringify(details)]);
      if (created.length === 0) throw (await stateOf(client, id)) ? new ProductExistsError() : new ProductRefusedError([{ pointer: '/partner', detail: `is unknown: ${partner}` }]);
      await offerSkus(client, id, skus);
    });
  }

  /** @throws {CatalogError} see `ProductsService.put`. */
  async change(draft: ProductDraft, version: number, actor: string): Promise<void> {
    await this.asActor(actor, async (client) => {
      const { id, productType, title, partner, details, skus } = draft;
      const state = await stateOf(client, id);
      if (state?.course_id != null) throw new EditedByCourseError(state.course_id);
      this.refuseWrong(draft);
      const changed = await queryOn(client, CHANGE_PRODUCT, [id, title, version, productType, partner ?? null, JSON.stringify(details)]);
      if (changed.length === 0) throw reasonAgainst(await stateOf(client, id), version, draft);
      await offerSkus(client, id, skus);
    });
  }

  /** Withdraws every SKU. @throws {ProductNotFoundError | EditedByCourseError | StaleVersionError} */
  async withdraw(id: string, version: number, actor: string): Promise<void> {
    await this.asActor(actor, async (client) => {
      const touched = await queryOn(client, TOUCH_PRODUCT, [id, version]);
      if (touched.length === 0) throw reasonAgainst(await stateOf(client, id), version);
      await withdrawOthers(client, id, []);
    });
  }

  private refuseWrong(draft: ProductDraft): void {
    const problems = productProblems(draft, this.detailsCheck);
    if (problems.length > 0) throw new ProductRefusedError(problems);
  }

  private asActor(actor: string, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    return this.database.transaction(async (client) => {
      await queryOn(client, SET_ACTOR, [actor]);
      await work(client);
      return { result: undefined, end: 'commit' };
    });
  }
}

async function stateOf(client: pg.PoolClient, id: string): Promise<ProductStateRow | undefined> {
  return (await queryOn<ProductStateRow>(client, PRODUCT_STATE, [id]))[0];
}

/** Why a product could not be changed, seen after it could not. */
function reasonAgainst(state: ProductStateRow | undefined, version: number, draft?: ProductDraft): Error {
  if (!state) return new ProductNotFoundError();
  if (state.course_id !== null) return new EditedByCourseError(state.course_id);
  if (state.version !== version || !draft) return new StaleVersionError(state.version);
  if (state.product_type !== draft.productType) return new ProductRefusedError([{ pointer: '/productType', detail: `must be ${state.product_type}: a product keeps its type` }]);
  return new ProductRefusedError([{ pointer: '/partner', detail: `must be ${state.partner}: a product stays with its partner` }]);
}
