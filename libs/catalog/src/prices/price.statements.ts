export interface PriceRow {
  readonly sku: string;
  readonly product_type: string;
  readonly title: string;
  readonly details: unknown;
  /** A bigint, which node-postgres hands over as text. */
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly not_yet: boolean | null;
  readonly ended: boolean | null;
  /** When the prices were read, the same in all rows. */
  readonly at: Date;
}

/** What `$1` SKUs cost, and whether they are on sale by PostgreSQL's clock. The sub-select keeps the plan, as it does in a quote. */
export const PRICES = {
  name: 'catalog.prices',
  text: `
select s.sku, p.product_type, p.title, p.details, s.price_minor, s.currency, s.available_from, s.available_until,
       s.available_from > now() as not_yet, (s.available_until <= now() or s.withdrawn_at is not null) as ended, now() as at
  from sku s join product p on p.id = s.product_id
 where s.sku = any ((select $1::text[])::text[])`,
};
