import type { FailureKind } from '../failure.js';
import type { ResubmissionFilter } from '../resubmission-filter.js';
import { unfinished, type Conditions } from './line-conditions.js';

export const AGE_BUCKETS = ['under_1h', 'under_1d', 'under_7d', 'older'] as const;
export type AgeBucket = (typeof AGE_BUCKETS)[number];

/** What the board can be narrowed by: the columns that it groups by. */
export type BoardFilter = Pick<ResubmissionFilter, 'failureKind' | 'productType' | 'courseId'>;

/** One group, or all of them where `is_total`. */
export interface BoardRow {
  readonly is_total: boolean;
  readonly failure_kind: FailureKind | null;
  readonly product_type: string;
  readonly course_id: string | null;
  readonly age: AgeBucket;
  readonly lines: number;
  readonly waiting: number;
  readonly failed: number;
  readonly held: number;
  readonly given_up: number;
  readonly oldest_paid_at: Date | null;
}

const AGE = `case when paid_at > now() - interval '1 hour' then 'under_1h' when paid_at > now() - interval '1 day' then 'under_1d'
                  when paid_at > now() - interval '7 days' then 'under_7d' else 'older' end`;

/** The total first, then `limit` groups, those with most lines first. Every column stands in `order_line_backlog_index`, so the table is not read. */
export function boardStatement(filter: BoardFilter, limit: number): Conditions {
  const { sql, values } = unfinished(filter, 1);
  return {
    values: [limit + 1, ...values],
    sql: `
select grouping(failure_kind, product_type, course_id, age) > 0 as is_total, failure_kind, product_type, course_id, age,
       count(*)::int as lines, (count(*) filter (where status = 'open'))::int as waiting, (count(*) filter (where status = 'failed'))::int as failed,
       count(held_at)::int as held, count(given_up_at)::int as given_up, min(paid_at) as oldest_paid_at
  from (select failure_kind, product_type, course_id, paid_at, status, held_at, given_up_at, ${AGE} as age from order_line l where ${sql}) l
 group by grouping sets ((failure_kind, product_type, course_id, age), ())
 order by is_total desc, lines desc, failure_kind, product_type, course_id, age
 limit $1`,
  };
}

/** How many lines a living claim holds just now. Few at any time: each is a call under way. */
export function inDeliveryStatement({ failureKind, productType, courseId }: BoardFilter): Conditions {
  return {
    values: [failureKind ?? null, productType ?? null, courseId ?? null],
    sql: `
select count(*)::int as lines from order_line
 where lease_until is not null and lease_until > now()
   and ($1::text is null or coalesce(failure_kind, 'none') = $1) and ($2::text is null or product_type = $2) and ($3::text is null or course_id = $3)`,
  };
}
