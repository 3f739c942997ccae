import { Injectable } from '@nestjs/common';
import { availabilityOf, type Availability } from './availability.js';
import { CatalogDatabase } from './catalog.database.js';
import { DETAILS_OF, QUOTE, SEAT_QUOTE, type DetailsRow, type QuoteRow } from './catalog.statements.js';
import { isSku } from './sku.js';

/** What a SKU sells, at which price, and whether now. */
export interface Quote {
  readonly sku: string;
  readonly productId: string;
  readonly productType: string;
  readonly title: string;
  /** As stored: the product type's fulfiller reads them. */
  readonly details: unknown;
  readonly unitPriceMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly availableFrom: Date | null;
  /** The first instant at which it is no longer sold. */
  readonly availableUntil: Date | null;
  readonly availability: Availability;
}

@Injectable()
export class CatalogService {
  constructor(private readonly database: CatalogDatabase) {}

  /** Looks SKUs up, all in one statement. What is unknown, or cannot be a SKU at all, is not in the answer. */
  async quote(skus: readonly string[]): Promise<Map<string, Quote>> {
    // PostgreSQL refuses a text with a NUL, and no text of another form is stored.
    const possible = skus.filter(isSku);
    if (possible.length === 0) return new Map();
    const rows = await this.database.prepared<QuoteRow>(QUOTE, [possible]);
    return new Map(rows.map((row) => [row.sku, quoteOf(row)]));
  }

  /** The seat of a course in a mode, whether it is sold or not; null when there was never one. */
  async seat(courseId: string, mode: string): Promise<Quote | null> {
    const [row] = await this.database.prepared<QuoteRow>(SEAT_QUOTE, [courseId, mode]);
    return row ? quoteOf(row) : null;
  }

  /** The details of products as they are stored today, by product id. What is unknown is not in the answer. */
  async detailsOf(productIds: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    if (productIds.length === 0) return {};
    const rows = await this.database.prepared<DetailsRow>(DETAILS_OF, [productIds]);
    return Object.fromEntries(rows.map(({ id, details }) => [id, details]));
  }
}

function quoteOf(row: QuoteRow): Quote {
  return {
    sku: row.sku,
    productId: row.product_id,
    productType: row.product_type,
    title: row.title,
    details: row.details,
    unitPriceMinor: Number(row.price_minor),
    currency: row.currency,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    availability: availabilityOf(row),
  };
}
