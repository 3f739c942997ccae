import { notYet, over, type AvailabilityColumns } from '../availability.js';

export interface PriceRow extends AvailabilityColumns {
  readonly sku: string;
  readonly product_type: string;
  readonly title: string;
  readonly details: unknown;
  /** A bigint, which node-postgres hands over as text. */
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  /** When the prices were read, the same in all rows. */
  readonly at: Date;
}

/** What `$1` SKUs cost, and whether they are on sale by PostgreSQL's clock. The sub-select keeps the plan, as it does in a quote. */
export const PRICES = {
  name: 'catalog.prices',
  text: `
select s.sku, p.product_type, p.title, p.details, s.price_minor, s.currency, s.available_from, s.available_until,
       ${notYet('s')} as not_yet, ${over('s')} as over, now() as at
  from sku s join product p on p.id = s.product_id
 where s.sku = any ((select $1::text[])::text[])`,
};
