/** One SKU with its product. */
export const SKU_BY_CODE = {
  name: 'catalog.sku_by_code',
  text: `
select s.sku, s.price_minor, s.currency, s.available_from, s.available_until, s.withdrawn_at, s.android_sku, s.ios_sku,
       p.id as product_id, p.product_type, p.title, p.partner, p.course_id, p.mode
  from sku s join product p on p.id = s.product_id where s.sku = $1`,
};

export interface SkuRow {
  readonly sku: string;
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly withdrawn_at: Date | null;
  readonly android_sku: string | null;
  readonly ios_sku: string | null;
  readonly product_id: string;
  readonly product_type: string;
  readonly title: string;
  readonly partner: string;
  readonly course_id: string | null;
  readonly mode: string | null;
}

/** The `$2` last changes of the SKU `$1` before the entry `$3` (null: from the newest). */
export const SKU_HISTORY = {
  name: 'catalog.sku_history',
  text: `
select id, at, actor, price_minor, currency, available_from, available_until, withdrawn_at
  from sku_change where sku = $1 and ($3::bigint is null or id < $3) order by id desc limit $2`,
};

export interface SkuChangeRow {
  /** A bigint, which node-postgres hands over as text. */
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly price_minor: string;
  readonly currency: string;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
  readonly withdrawn_at: Date | null;
}
