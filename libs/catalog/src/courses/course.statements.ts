/** One row a mode; a course without any has one row without a mode. A product that is offered under several SKUs shows its oldest. */
const COURSE_ROWS = `
select c.id, c.partner, c.name, c.verification_deadline, c.version::int as version, c.updated_at,
       p.id as product_id, p.mode, p.details->>'creditProvider' as credit_provider,
       s.sku, s.price_minor, s.currency, s.available_from, s.available_until, s.android_sku, s.ios_sku, b.sku as bulk_sku
  from course c
  left join product p on p.product_type = 'seat' and p.course_id = c.id
  left join lateral (select * from sku where product_id = p.id and withdrawn_at is null order by created_at, sku limit 1) s on true
  left join lateral (
    select k.sku from product bp join sku k on k.product_id = bp.id and k.withdrawn_at is null
     where bp.product_type = 'enrollment-code' and bp.course_id = p.course_id and bp.mode = p.mode order by k.created_at, k.sku limit 1
  ) b on true`;

export interface CourseRow {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  readonly verification_deadline: Date | null;
  readonly version: number;
  readonly updated_at: Date;
  readonly product_id: string | null;
  readonly mode: string | null;
  readonly credit_provider: string | null;
  readonly sku: string | null;
  readonly price_minor: string | null;
  readonly currency: string | null;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly android_sku: string | null;
  readonly ios_sku: string | null;
  readonly bulk_sku: string | null;
}

/** Courses `$1` with their modes, from one snapshot. */
export const COURSES_BY_ID = {
  name: 'catalog.courses_by_id',
  text: `${COURSE_ROWS} where c.id = any ((select $1::text[])::text[]) order by c.id, p.created_at, p.mode`,
};

/** The next `$1` courses after the id `$2`, of the partner `$3` (null: of all), whose id or name holds `$4` (null: all). */
export const LIST_COURSES = {
  name: 'catalog.list_courses',
  text: `
with page as materialized (
  select id from course
   where ($2::text is null or id > $2) and ($3::text is null or partner = $3)
     and ($4::text is null or strpos(lower(id), lower($4)) > 0 or strpos(lower(name), lower($4)) > 0)
   order by id limit $1
)
${COURSE_ROWS} where c.id in (select id from page) order by c.id, p.created_at, p.mode`,
};

/** Courses that are new get a row without a version, so that whoever creates the same one at the same time waits for us. */
export const RESERVE_COURSES = `
insert into course (id, partner, name, version, created_at, updated_at)
select id, partner, name, 0, now(), now() from unnest($1::text[], $2::text[], $3::text[]) as t (id, partner, name)
 where exists (select from partner where code = t.partner) order by id
    on conflict (id) do nothing`;

/** Takes back what was reserved for courses that were refused. */
export const UNRESERVE_COURSES = `delete from course where id = any ($1::text[]) and version = 0`;

/** In the order of their ids, so that two who write several courses never wait for one another in a circle. */
export const LOCK_COURSES = `
select id, partner, name, verification_deadline, version::int as version from course where id = any ($1::text[]) order by id for no key update`;

export interface LockedCourseRow {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  readonly verification_deadline: Date | null;
  readonly version: number;
}

/** Everything that was ever offered of the courses `$1`, withdrawn or not. */
export const OFFERS_OF_COURSES = `
select p.id as product_id, p.product_type, p.course_id, p.mode, p.title, p.details,
       s.sku, s.price_minor, s.currency, s.available_from, s.available_until, s.android_sku, s.ios_sku, s.withdrawn_at is not null as withdrawn
  from product p left join sku s on s.product_id = p.id
 where p.product_type in ('seat', 'enrollment-code') and p.course_id = any ($1::text[])
 order by p.created_at, p.id, s.created_at, s.sku`;

export interface OfferRow {
  readonly product_id: string;
  readonly product_type: string;
  readonly course_id: string;
  readonly mode: string;
  readonly title: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly sku: string | null;
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly android_sku: string | null;
  readonly ios_sku: string | null;
  readonly withdrawn: boolean;
}

/** Whose the SKUs `$1` are. */
export const OWNERS_OF_SKUS = `
select s.sku, s.product_id, p.title, p.partner from sku s join product p on p.id = s.product_id where s.sku = any ($1::text[])`;

export interface OwnerRow {
  readonly sku: string;
  readonly product_id: string;
  readonly title: string;
  readonly partner: string;
}

/** The time is taken while the row is locked, and not when the transaction began: an import compares it with the time of its reading. */
export const UPDATE_COURSES = `
update course c set name = t.name, verification_deadline = t.verification_deadline, version = c.version + 1, updated_at = clock_timestamp()
  from unnest($1::text[], $2::text[], $3::timestamptz[]) as t (id, name, verification_deadline)
 where c.id = t.id returning c.id, c.version::int as version`;

export const INSERT_PRODUCTS = `
insert into product (id, product_type, partner, title, details, course_id, mode, created_at, updated_at)
select t.id, t.product_type, t.partner, t.title, t.details, t.course_id, t.mode, now(), now()
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[])
       with ordinality as t (id, product_type, partner, title, details, course_id, mode, n) order by n`;

export const UPDATE_PRODUCTS = `
update product p set title = t.title, details = t.details, version = p.version + 1, updated_at = now()
  from unnest($1::uuid[], $2::text[], $3::jsonb[]) as t (id, title, details) where p.id = t.id`;

const SKU_COLUMNS = `unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[])
       with ordinality as t (sku, product_id, price_minor, currency, available_from, available_until, android_sku, ios_sku, n)`;

/** By SKU, so that two who take the same ones never wait for each other in a circle. No "on conflict": a SKU that somebody else has taken meanwhile must stop the change, and not change his price. */
export const INSERT_SKUS = `
insert into sku (sku, product_id, price_minor, currency, available_from, available_until, android_sku, ios_sku, created_at, updated_at)
select t.sku, t.product_id, t.price_minor, t.currency, t.available_from, t.available_until, t.android_sku, t.ios_sku, now(), now() from ${SKU_COLUMNS} order by t.sku`;

/** What is written is offered again, also where it was withdrawn. */
export const UPDATE_SKUS = `
update sku s set price_minor = t.price_minor, currency = t.currency, available_from = t.available_from, available_until = t.available_until,
       android_sku = t.android_sku, ios_sku = t.ios_sku, withdrawn_at = null, updated_at = now()
  from ${SKU_COLUMNS} where s.sku = t.sku and s.product_id = t.product_id`;

export const WITHDRAW_SKUS = `update sku set withdrawn_at = now(), updated_at = now() where sku = any ($1::text[]) and withdrawn_at is null`;
