import { Migration } from '@mikro-orm/migrations';

/** Partners, course runs, what is kept of every price, and what the LMS shall know of a course. */
export class Migration20261122000400_courses extends Migration {
  override up(): void {
    for (const statement of [PATIENCE, ALONE, PARTNER, DEFAULT_PARTNER, COURSE, KNOWN_COURSES, PRODUCT, SKU, SKU_CHANGE, KNOWN_PRICES, RECORD_SKU, RECORD_SKU_TRIGGER, PUBLICATION, ATTEMPT, REQUEST, ...INDEXES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql(`drop trigger sku_change_trigger on sku`);
    this.addSql(`drop function record_sku_change()`);
    this.addSql(`drop table publication_request, publication_attempt, publication, sku_change`);
    this.addSql(END_WITHDRAWN);
    this.addSql(`alter table sku drop column withdrawn_at, drop column android_sku, drop column ios_sku`);
    this.addSql(`drop index product_partner_index, product_type_index, product_course_index`);
    this.addSql(`alter table product drop constraint product_course_fkey, drop column partner, drop column version`);
    this.addSql(`drop table course, partner`);
  }
}

// Buyers wait behind a migration that waits: it gives up, and is run again (`runMigrations`).
const PATIENCE = `set local lock_timeout = '3s'`;

/** An import of the version before must not add products between our reading and our changing of the table. Buyers read on. */
const ALONE = `lock table product, sku in share row exclusive mode`;

/** Who sells: a tenant of the catalog. Courses and products without another belong to `default`. */
const PARTNER = `create table partner (
  code text primary key constraint partner_code_check check (code ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
)`;

const DEFAULT_PARTNER = `insert into partner (code, name) values ('default', 'Default')`;

// The version counts what was changed of the course or of one of its modes: it is the course's ETag, and what a publication carries.
const COURSE = `create table course (
  id text primary key,
  partner text not null default 'default' constraint course_partner_fkey references partner (code),
  name text not null,
  verification_deadline timestamptz,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
)`;

/** Course runs of which seats were sold before there was this table. */
const KNOWN_COURSES = `insert into course (id, name)
select course_id, min(title) from product where course_id is not null group by course_id`;

// A replica of an older version knows nothing of partners: hence the defaults.
const PRODUCT = `alter table product
  add column partner text not null default 'default' constraint product_partner_fkey references partner (code),
  add column version bigint not null default 1,
  add constraint product_course_fkey foreign key (course_id) references course (id)`;

// What is no longer offered is withdrawn and never deleted: orders name it.
const SKU = `alter table sku add column withdrawn_at timestamptz, add column android_sku text, add column ios_sku text`;

const SKU_CHANGE = `create table sku_change (
  id bigint generated always as identity primary key,
  sku text not null constraint sku_change_sku_fkey references sku (sku),
  at timestamptz not null,
  actor text not null,
  price_minor bigint not null,
  currency text not null,
  available_from timestamptz,
  available_until timestamptz,
  withdrawn_at timestamptz
)`;

/** What every SKU cost when its history began. */
const KNOWN_PRICES = `insert into sku_change (sku, at, actor, price_minor, currency, available_from, available_until)
select sku, updated_at, 'migration', price_minor, currency, available_from, available_until from sku order by created_at, sku`;

/** The version before knows only windows: what was withdrawn must not be sold by it. */
const END_WITHDRAWN = `update sku set available_until = greatest(least(coalesce(available_until, withdrawn_at), withdrawn_at), available_from + interval '1 microsecond')
 where withdrawn_at is not null`;

// By the database itself, so that no way to a price passes its history. Whoever changes one says who he is for the length of his transaction.
const RECORD_SKU = `create function record_sku_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.price_minor, new.currency, new.available_from, new.available_until, new.withdrawn_at)
     is not distinct from (old.price_minor, old.currency, old.available_from, old.available_until, old.withdrawn_at) then
    return null;
  end if;
  insert into sku_change (sku, at, actor, price_minor, currency, available_from, available_until, withdrawn_at)
  values (new.sku, now(), coalesce(nullif(current_setting('order_fulfillment.actor', true), ''), 'unknown'),
          new.price_minor, new.currency, new.available_from, new.available_until, new.withdrawn_at);
  return null;
end $$`;

const RECORD_SKU_TRIGGER = `create trigger sku_change_trigger after insert or update on sku for each row execute function record_sku_change()`;

// One row a course: whoever changes it again before it was published changes what is to be published, so the last write wins.
// `requests` counts the changes and the operators' wishes: a holder who finds another number than he claimed knows that his work is old.
// `late_until`: until then a call that nobody awaits any more may still take effect at the LMS. `differed`: how often it showed something else than it was told.
const PUBLICATION = `create table publication (
  course_id text primary key constraint publication_course_fkey references course (id),
  wanted_version bigint not null,
  published_version bigint,
  status text not null constraint publication_status_check check (status in ('waiting', 'publishing', 'published', 'failed', 'confirm_required')),
  requests bigint not null default 1,
  requested_at timestamptz not null,
  requested_by text not null,
  reason text,
  waiting_since timestamptz,
  due_at timestamptz,
  claim_id uuid,
  lease_until timestamptz,
  lost_leases integer not null default 0,
  tries integer not null default 0,
  differed integer not null default 0,
  late_until timestamptz,
  failure_kind text,
  failure_detail text,
  failure_status integer,
  extra_modes jsonb,
  removable_modes text[] not null default '{}',
  published_at timestamptz,
  updated_at timestamptz not null,
  constraint publication_claim_check check ((status = 'publishing') = (claim_id is not null) and (claim_id is null) = (lease_until is null))
)`;

const ATTEMPT = `create table publication_attempt (
  claim_id uuid primary key,
  course_id text not null constraint publication_attempt_course_fkey references publication (course_id),
  version bigint not null,
  requested_by text not null,
  reason text,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text not null constraint publication_attempt_outcome_check check (outcome in ('pending', 'published', 'unchanged', 'failed', 'unknown', 'confirm_required')),
  http_status integer,
  detail text,
  removed_modes text[] not null default '{}'
)`;

// What operators wanted, and why: the publication itself knows its newest request only.
const REQUEST = `create table publication_request (
  id bigint generated always as identity primary key,
  course_id text not null constraint publication_request_course_fkey references publication (course_id),
  at timestamptz not null,
  actor text not null,
  reason text not null,
  removable_modes text[] not null
)`;

const INDEXES = [
  `create index product_partner_index on product (partner, id)`,
  `create index product_type_index on product (product_type, id)`,
  `create index product_course_index on product (course_id) where course_id is not null`,
  `create index sku_change_index on sku_change (sku, id)`,
  `create index course_partner_index on course (partner, id)`,
  `create index publication_due_index on publication (due_at) where due_at is not null`,
  `create index publication_lease_index on publication (lease_until) where lease_until is not null`,
  `create index publication_status_index on publication (status, requested_at, course_id)`,
  `create index publication_requested_index on publication (requested_at, course_id)`,
  `create index publication_attempt_index on publication_attempt (course_id, started_at)`,
  `create index publication_request_index on publication_request (course_id, id)`,
];
