import { notYet, over, type AvailabilityColumns } from './availability.js';

/** The statements of the hot path. PostgreSQL prepares each once for each connection, under its name. */

export interface QuoteRow extends AvailabilityColumns {
  readonly sku: string;
  readonly product_id: string;
  readonly product_type: string;
  readonly title: string;
  readonly details: unknown;
  /** A bigint, which node-postgres hands over as text. */
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
}

/**
 * `$1` is an array of SKUs.
 *
 * The array stands in a sub-select so that its length is hidden from the planner: seeing it, PostgreSQL thinks a plan made for
 * one or two SKUs cheaper than the prepared one, and plans anew for every buyer, which takes three times as long as the query.
 */
export const QUOTE = {
  name: 'catalog.quote',
  text: `
select s.sku, s.product_id, p.product_type, p.title, p.details, s.price_minor, s.currency, s.available_from, s.available_until,
       ${notYet('s')} as not_yet, ${over('s')} as over
  from sku s join product p on p.id = s.product_id
 where s.sku = any ((select $1::text[])::text[])`,
};

/**
 * The seat of a course `$1` in a mode `$2`, under the SKU that everybody is shown: the oldest that is not withdrawn. Where all are, under one of those, so
 * that it is known to be no longer sold.
 */
export const SEAT_QUOTE = {
  name: 'catalog.seat_quote',
  text: `
select s.sku, s.product_id, p.product_type, p.title, p.details, s.price_minor, s.currency, s.available_from, s.available_until,
       ${notYet('s')} as not_yet, ${over('s')} as over
  from product p join sku s on s.product_id = p.id
 where p.product_type = 'seat' and p.course_id = $1 and p.mode = $2
 order by s.withdrawn_at is not null, s.created_at, s.sku limit 1`,
};

export interface DetailsRow {
  readonly id: string;
  readonly details: unknown;
}

/** What the products `$1` are made of today. */
export const DETAILS_OF = {
  name: 'catalog.details_of',
  text: `select id, details from product where id = any ((select $1::uuid[])::uuid[])`,
};
