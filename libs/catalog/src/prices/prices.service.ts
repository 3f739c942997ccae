import { Inject, Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { PRODUCT_DETAILS_CHECK, type ProductDetailsCheck } from '../product-details.check.js';
import { UnknownSkuError } from './price.errors.js';
import { priceListOf, type PriceList } from './price-list.js';
import { PRICES, type PriceRow } from './price.statements.js';

/** Prices sets of SKUs for whoever shows them: marketing sites, the LMS. */
@Injectable()
export class PricesService {
  constructor(
    private readonly database: CatalogDatabase,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
  ) {}

  /**
   * What these SKUs cost together, as checkout would price them, looked up in one statement. What cannot be bought now is in the list, with the reason.
   *
   * @param skus at least one, each once, in the order of the answer. They have the form of SKUs.
   * @throws {UnknownSkuError} naming every one that is not in the catalog.
   * @throws {MixedCurrenciesError | TotalTooLargeError}
   */
  async price(skus: readonly string[]): Promise<PriceList> {
    const rows = new Map((await this.database.prepared<PriceRow>(PRICES, [skus])).map((row) => [row.sku, row]));
    const unknown = [...skus.entries()].filter(([, sku]) => !rows.has(sku));
    const [first, ...others] = skus.flatMap((sku) => rows.get(sku) ?? []);
    if (unknown.length > 0 || !first) throw new UnknownSkuError(unknown);
    return priceListOf([first, ...others], this.detailsCheck);
  }
}
