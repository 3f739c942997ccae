import type { FailureKind } from '../failure.js';
import type { ResubmissionFilter } from '../resubmission-filter.js';
import { unfinished, type Conditions } from './line-conditions.js';

/** What the filter means and nobody holds back: not held, not worked on by anybody, and given up only where that is asked for. */
function matching(filter: ResubmissionFilter, taken: number): Conditions {
  const { sql, values } = standing(filter, taken);
  return { values, sql: `${sql} and l.held_at is null and (l.claim_id is null or l.lease_until <= now())` };
}

function standing(filter: ResubmissionFilter, taken: number): Conditions {
  const { sql, values } = unfinished(filter, taken);
  return { values, sql: `${sql} and l.given_up_at is ${filter.givenUp ? 'not null' : 'null'}` };
}

/** Lines that match and lines that would, were they not held: each counted as far as `max` and no further, however many there are. */
export function countStatement(filter: ResubmissionFilter, max: number): Conditions {
  const { sql: matches, values } = matching(filter, 1);
  const { sql: held } = standing(filter, 1);
  return {
    values: [max + 1, ...values],
    sql: `
select (select count(*)::int from (select from order_line l where ${matches} limit $1) matching) as matching,
       (select count(*)::int from (select from order_line l where ${held} and l.held_at is not null limit $1) held) as held`,
  };
}

export interface SampleRow {
  readonly number: string;
  readonly id: string;
  readonly sku: string;
  readonly product_type: string;
  readonly course_id: string | null;
  readonly status: 'open' | 'failed';
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly paid_at: Date;
}

/** Some of the lines that match, whichever are found first: no million lines are sorted for them. */
export function sampleStatement(filter: ResubmissionFilter, limit: number): Conditions {
  const { sql, values } = matching(filter, 1);
  return {
    values: [limit, ...values],
    sql: `
select o.number, l.id, l.sku, l.product_type, l.course_id, l.status, l.failure_kind, l.failure_detail, l.paid_at
  from (select * from order_line l where ${sql} limit $1) l join orders o on o.id = l.order_id
 order by l.paid_at, l.id`,
  };
}

export interface CreateValues {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly refreshDetails: boolean;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
}

export interface CreatedRow {
  readonly matching: number;
  readonly created: boolean;
}

/**
 * The operation and a row for each line that matches, or nothing: when none does, when more than `max` do, and when the key
 * is taken. (It waits for another transaction that is just taking it.) No line passes through this process.
 */
export function createStatement(filter: ResubmissionFilter, max: number, { id, actor, reason, refreshDetails, idempotencyKey, fingerprint }: CreateValues): Conditions {
  const own = [max, id, actor, reason, JSON.stringify(filter), refreshDetails, idempotencyKey, fingerprint];
  const { sql, values } = matching(filter, own.length);
  return {
    values: [...own, ...values],
    sql: `
with matching as materialized (
  select l.id from order_line l where ${sql} limit $1::int + 1
), operation as (
  insert into resubmission (id, actor, reason, filter, refresh_details, idempotency_key, fingerprint, line_count, created_at)
  select $2, $3, $4, $5, $6, $7, $8, lines, now() from (select count(*)::int as lines from matching) counted where lines between 1 and $1
  on conflict on constraint resubmission_key do nothing
  returning id
), lines as (
  insert into resubmission_line (resubmission_id, line_id) select o.id, m.id from operation o cross join matching m
)
select (select count(*)::int from matching) as matching, exists (select from operation) as created`,
  };
}
