import { Migration } from '@mikro-orm/migrations';

/** Products, and the SKUs that sell them. */
export class Migration20261122000100_catalog extends Migration {
  override up(): void {
    this.addSql(PRODUCT);
    this.addSql(SKU);
    for (const index of INDEXES) this.addSql(index);
  }

  override down(): void {
    this.addSql(`drop table sku, product`);
  }
}

const PRODUCT = `create table product (
  id uuid primary key,
  product_type text not null,
  title text not null,
  details jsonb not null,
  course_id text,
  mode text,
  created_at timestamptz not null,
  updated_at timestamptz not null
)`;

// A price stays within what a double holds exactly. The end of sale is exclusive, so a window of no length sells nothing.
const SKU = `create table sku (
  sku text primary key constraint sku_form_check check (sku ~ '^[A-Za-z0-9._-]{1,64}$'),
  product_id uuid not null constraint sku_product_fkey references product (id),
  price_minor bigint not null constraint sku_price_check check (price_minor between 0 and 9007199254740991),
  currency text not null constraint sku_currency_check check (currency ~ '^[A-Z]{3}$'),
  available_from timestamptz,
  available_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint sku_window_check check (available_until > available_from)
)`;

const INDEXES = [
  // A course run is sold once in each mode: the import finds a seat again by this, however often it runs.
  `create unique index product_course_mode_key on product (product_type, course_id, mode) where course_id is not null`,
  `create index sku_product_index on sku (product_id)`,
];
