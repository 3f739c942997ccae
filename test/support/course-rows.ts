import { randomUUIDv7 } from 'node:crypto';
import type { Shop } from './shop.js';

/** A mode as it lies in the catalog. Times are SQL. */
export interface ModeRows {
  readonly sku: string;
  readonly mode: string;
  readonly priceMinor?: number;
  readonly currency?: string;
  readonly from?: string;
  readonly until?: string;
  readonly withdrawn?: boolean;
  readonly type?: 'seat' | 'enrollment-code';
  readonly details?: object;
}

export interface CourseRows {
  readonly id: string;
  readonly name?: string;
  readonly partner?: string;
  readonly modes: readonly ModeRows[];
}

/** Lays a course into the catalog, whatever the rules of writing courses say. */
export async function layCourse(shop: Pick<Shop, 'sql'>, { id, name = `The course ${id}`, partner = 'default', modes }: CourseRows): Promise<void> {
  await shop.sql(`insert into partner (code, name) values ($1, $1) on conflict do nothing`, [partner]);
  await shop.sql(`insert into course (id, name, partner) values ($1, $2, $3) on conflict (id) do update set name = $2, version = course.version + 1`, [id, name, partner]);
  for (const mode of modes) await layMode(shop, id, name, mode);
}

async function layMode(shop: Pick<Shop, 'sql'>, courseId: string, title: string, { sku, mode, priceMinor = 4_900, currency = 'USD', from = 'null', until = 'null', withdrawn = false, type = 'seat', details = { courseId, mode } }: ModeRows): Promise<void> {
  const [{ id } = { id: '' }] = await shop.sql<{ id: string }>(
    `insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, clock_timestamp(), now())
     on conflict (product_type, course_id, mode) where course_id is not null do update set updated_at = now() returning id`,
    [randomUUIDv7(), type, title, JSON.stringify(details), courseId, mode],
  );
  await shop.sql(
    `insert into sku (sku, product_id, price_minor, currency, available_from, available_until, withdrawn_at, created_at, updated_at)
     values ($1, $2, $3, $4, ${from}, ${until}, case when $5 then now() end, clock_timestamp(), now())`,
    [sku, id, priceMinor, currency, withdrawn],
  );
}

/** Writes a rollout as if it had been decided so. Null dates: for ever. */
export async function layRollout(shop: Pick<Shop, 'sql'>, enabled: boolean, ...rules: readonly Readonly<{ partner?: string | null; coursePattern?: string; percentage?: number; startsAt?: string | null; endsAt?: string | null }>[]): Promise<void> {
  const whole = rules.map((rule) => ({ partner: null, coursePattern: '*', percentage: 100, startsAt: null, endsAt: null, ...rule }));
  await shop.sql(
    `insert into rollout_version (version, document, actor, reason, created_at) select coalesce(max(version), 0) + 1, $1::jsonb, 'tests', 'a test', now() from rollout_version`,
    [JSON.stringify({ enabled, rules: whole })],
  );
}
