/** One row a SKU, withdrawn or not; a product that was never offered has one row without. */
const PRODUCT_ROWS = `
select p.id, p.product_type, p.title, p.partner, p.details, p.course_id, p.mode, p.version::int as version, p.updated_at,
       s.sku, s.price_minor, s.currency, s.available_from, s.available_until, s.withdrawn_at is not null as withdrawn
  from product p left join sku s on s.product_id = p.id`;

export interface ProductRow {
  readonly id: string;
  readonly product_type: string;
  readonly title: string;
  readonly partner: string;
  readonly details: unknown;
  readonly course_id: string | null;
  readonly mode: string | null;
  readonly version: number;
  readonly updated_at: Date;
  readonly sku: string | null;
  readonly price_minor: string | null;
  readonly currency: string | null;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly withdrawn: boolean;
}

export const PRODUCT_BY_ID = { name: 'catalog.product_by_id', text: `${PRODUCT_ROWS} where p.id = $1 order by s.created_at, s.sku` };

/** The next `$1` products after the id `$2` (null: from the first), of the type `$3` and the partner `$4` (null: of all). */
export const LIST_PRODUCTS = {
  name: 'catalog.list_products',
  text: `
with page as materialized (
  select id from product
   where ($2::uuid is null or id > $2) and ($3::text is null or product_type = $3) and ($4::text is null or partner = $4)
   order by id limit $1
)
${PRODUCT_ROWS} where p.id in (select id from page) order by p.id, s.created_at, s.sku`,
};

/** What became of the product `$1` since it was read. */
export const PRODUCT_STATE = `select product_type, partner, course_id, version::int as version from product where id = $1`;

export interface ProductStateRow {
  readonly product_type: string;
  readonly partner: string;
  readonly course_id: string | null;
  readonly version: number;
}

/** For the length of the transaction: who changes prices. */
export const SET_ACTOR = `select set_config('order_fulfillment.actor', $1, true)`;

/** No row where the product exists, or where nobody has the partner's code. */
export const CREATE_PRODUCT = `
insert into product (id, product_type, title, partner, details, created_at, updated_at)
select $1, $2, $3, partner.code, $5, now(), now() from partner where partner.code = $4
    on conflict (id) do nothing returning id`;

/**
 * The one place where versions are compared: of two who have read the same version, the second waits for the row and then finds
 * another version. `$3` version, `$4` type, `$5` partner or null. No row where any of them differs, and where a course owns the product.
 */
export const CHANGE_PRODUCT = `
update product set title = $2, details = $6, version = version + 1, updated_at = now()
 where id = $1 and version = $3 and product_type = $4 and partner = coalesce($5, partner) and course_id is null returning id`;

/** The same for a product of which nothing else changes. */
export const TOUCH_PRODUCT = `
update product set version = version + 1, updated_at = now() where id = $1 and version = $2 and course_id is null returning id`;

/**
 * Which of the SKUs `$2` may not be offered by the product `$1`: those of another product, and those whose end of sale (`$3`) is new and lies
 * in the past. Milliseconds are compared, because that is what was read.
 */
export const WRONG_OFFERS = `
select (d.n - 1)::int as index, s.product_id <> $1 as taken, p.title, p.partner
  from unnest($2::text[], $3::timestamptz[]) with ordinality as d (sku, available_until, n)
  left join sku s on s.sku = d.sku
  left join product p on p.id = s.product_id
 where s.product_id <> $1
    or (d.available_until <= clock_timestamp() and date_trunc('milliseconds', s.available_until) is distinct from d.available_until)
 order by d.n`;

export interface WrongOfferRow {
  readonly index: number;
  /** Null: the SKU is new. */
  readonly taken: boolean | null;
  readonly title: string | null;
  readonly partner: string | null;
}

const OFFER_COLUMNS = `sku, product_id, price_minor, currency, available_from, available_until, created_at, updated_at`;

/**
 * Offers the SKUs `$2` of the product `$1`, new ones and such as it has. A SKU that another product has taken meanwhile is not in the answer:
 * the key makes whoever comes second wait, and the condition leaves the first one's price alone. In the order of the
 * SKUs, so that two who want the same ones never wait for one another in a circle.
 */
export const OFFER_SKUS = `
insert into sku as s (${OFFER_COLUMNS})
select d.sku, $1, d.price_minor, d.currency, d.available_from, d.available_until, now(), now()
  from unnest($2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[]) as d (sku, price_minor, currency, available_from, available_until)
 order by d.sku
    on conflict (sku) do update set price_minor = excluded.price_minor, currency = excluded.currency, available_from = excluded.available_from,
       available_until = excluded.available_until, withdrawn_at = null, updated_at = now()
 where s.product_id = excluded.product_id
returning s.sku`;

/** A SKU that was made up is never one that exists, not even one of the same product. */
export const OFFER_MADE_UP_SKU = `
insert into sku (${OFFER_COLUMNS}) values ($2, $1, $3, $4, $5, $6, now(), now()) on conflict (sku) do nothing returning sku`;

/** Withdraws all SKUs of the product `$1` but `$2`. */
export const WITHDRAW_OTHERS = `
update sku set withdrawn_at = now(), updated_at = now() where product_id = $1 and withdrawn_at is null and sku <> all ($2::text[])`;
