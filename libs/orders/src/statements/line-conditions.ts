import type { ResubmissionFilter } from '../resubmission-filter.js';

/** Conditions on `order_line l` and the values of their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What waits or failed, of orders that are paid: a line has `paid_at` from the moment its order is. */
const UNFINISHED = `l.status in ('open', 'failed') and l.paid_at is not null`;

/**
 * The unfinished lines that a filter means, whoever holds them.
 *
 * The text follows the filter, with no `$1 is null or`: only so does PostgreSQL see which index fits. Its parameters begin
 * after `taken` others.
 */
export function unfinished(filter: ResubmissionFilter, taken = 0): Conditions {
  const parts = [UNFINISHED];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (parameter: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    parts.push(condition(`$${taken + values.length}`));
  };
  if (filter.failureKind === 'none') parts.push('l.failure_kind is null');
  else add(filter.failureKind, (kind) => `l.failure_kind = ${kind}::text`);
  if (filter.status) parts.push(`l.status = '${filter.status === 'waiting' ? 'open' : 'failed'}'`);
  add(filter.productType, (type) => `l.product_type = ${type}::text`);
  add(filter.courseId, (course) => `l.course_id = ${course}::text`);
  add(filter.sku, (sku) => `l.sku = ${sku}::text`);
  // What is paid for never lapsed: said for the sake of the index, which holds no such lines.
  add(filter.learner, (learner) => `l.learner_username = ${learner}::text and l.payment <> 'lapsed'`);
  add(filter.orderNumber, (number) => `l.order_id = (select id from orders where number = ${number}::text)`);
  add(filter.paidBefore, (instant) => `l.paid_at < ${instant}::timestamptz`);
  add(filter.paidAfter, (instant) => `l.paid_at >= ${instant}::timestamptz`);
  return { sql: parts.join(' and '), values };
}
