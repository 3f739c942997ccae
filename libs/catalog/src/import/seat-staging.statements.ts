/**
 * The import works on a temporary table, so that neither the file's rows nor the catalog's pass through the process's memory:
 * every rule that needs more than one row is one statement over all of them.
 */

/** It goes with the transaction, whichever way that ends. What could not be read in a row is null. */
export const CREATE = `
create temporary table imported_seat (
  line integer primary key,
  product_id uuid not null,
  spare_sku text not null,
  course_id text,
  mode text,
  title text,
  details jsonb not null,
  price_minor bigint,
  currency text,
  available_from timestamptz,
  available_until timestamptz,
  sku text,
  outcome text,
  product_is_new boolean
) on commit drop`;

export const STAGE = `
insert into pg_temp.imported_seat (line, product_id, spare_sku, course_id, mode, title, details, price_minor, currency, available_from, available_until, sku)
select * from unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::bigint[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[])`;

/** Without statistics PostgreSQL would plan for a few rows. */
export const ANALYZE_STAGED = `analyze pg_temp.imported_seat`;

/** From here to the end nobody else writes to the catalog, so what is found stays true until it is written. Readers go on. */
export const LOCK = `lock table product, sku in share row exclusive mode`;

/** What rows say against each other and against the catalog. `$1` product type, `$2` how many to list. */
export const CONFLICTS = `
with keyed as (
  select line, course_id, mode, sku,
         min(line) over (partition by course_id, mode) as first_seat_line,
         min(line) over (partition by sku) as first_sku_line
    from pg_temp.imported_seat
), seat as (
  select k.line, k.sku, array_agg(s.sku order by s.sku) as known_skus
    from keyed k
    join product p on p.product_type = $1 and p.course_id = k.course_id and p.mode = k.mode
    join sku s on s.product_id = p.id
   group by k.line, k.sku
), conflict as (
  select line, 'seat_twice' as kind, first_seat_line::text as other
    from keyed where course_id is not null and mode is not null and line > first_seat_line
  union all
  select line, 'sku_twice', first_sku_line::text
    from keyed where sku is not null and line > first_sku_line
  union all
  select k.line, 'sku_taken', p.title
    from keyed k join sku s on s.sku = k.sku join product p on p.id = s.product_id
   where k.course_id is not null and k.mode is not null
     and (p.product_type, p.course_id, p.mode) is distinct from ($1, k.course_id, k.mode)
  union all
  select line, 'other_sku', array_to_string(known_skus, ', ')
    from seat where sku <> all (known_skus) and not exists (select from sku where sku.sku = seat.sku)
  union all
  select line, 'several_skus', array_to_string(known_skus, ', ')
    from seat where sku is null and cardinality(known_skus) > 1
)
select line, kind, other, (count(*) over ())::int as total from conflict order by line limit $2`;

/** Finds out, row by row, what is new: a known seat keeps its product and its SKU. `$1` product type. */
export const RESOLVE = `
update pg_temp.imported_seat r
   set product_id = known.product_id, sku = known.sku, product_is_new = known.product_is_new, outcome = known.outcome
  from (
    select i.line, coalesce(p.id, i.product_id) as product_id, coalesce(i.sku, s.sku, i.spare_sku) as sku, p.id is null as product_is_new,
           case when s.sku is null then 'created'
                when p.title <> i.title or not p.details @> i.details
                  or (s.price_minor, s.currency, s.available_from, s.available_until)
                     is distinct from (i.price_minor, i.currency, i.available_from, i.available_until) then 'updated'
                else 'unchanged' end as outcome
      from pg_temp.imported_seat i
      left join product p on p.product_type = $1 and p.course_id = i.course_id and p.mode = i.mode
      left join sku s on s.product_id = p.id and s.sku = coalesce(i.sku, s.sku)
  ) known
 where known.line = r.line`;

/** `$1` product type. */
export const INSERT_PRODUCTS = `
insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at)
select product_id, $1, title, details, course_id, mode, now(), now() from pg_temp.imported_seat where product_is_new order by line`;

/** Details that the file does not know are left as they are. */
export const UPDATE_PRODUCTS = `
update product p set title = r.title, details = p.details || r.details, updated_at = now()
  from pg_temp.imported_seat r
 where r.product_id = p.id and not r.product_is_new and (p.title <> r.title or not p.details @> r.details)`;

/** No "on conflict": a made-up SKU that exists already must stop the import, and not change another product's price. */
export const INSERT_SKUS = `
insert into sku (sku, product_id, price_minor, currency, available_from, available_until, created_at, updated_at)
select sku, product_id, price_minor, currency, available_from, available_until, now(), now() from pg_temp.imported_seat where outcome = 'created' order by line`;

export const UPDATE_SKUS = `
update sku s set price_minor = r.price_minor, currency = r.currency, available_from = r.available_from, available_until = r.available_until, updated_at = now()
  from pg_temp.imported_seat r
 where r.sku = s.sku and r.outcome = 'updated'
   and (s.price_minor, s.currency, s.available_from, s.available_until) is distinct from (r.price_minor, r.currency, r.available_from, r.available_until)`;

/** A catalog that has just grown from a handful of rows must not be quoted by the plan that was good for a handful. */
export const ANALYZE_CATALOG = `analyze product, sku`;

export const COUNT = `
select count(*)::int as rows,
       (count(*) filter (where outcome = 'created'))::int as created,
       (count(*) filter (where outcome = 'updated'))::int as updated,
       (count(*) filter (where outcome = 'unchanged'))::int as unchanged
  from pg_temp.imported_seat`;
