import type { Statement } from '../orders.database.js';
import { courseOf } from './course.js';

export interface DueRow {
  readonly id: string;
  readonly product_type: string;
  readonly due_at: Date;
  readonly alone: boolean;
}

const WAITING = `status = 'open' and next_attempt_at is not null and held_at is null`;
const ACCEPTED = `status = 'accepted'`;

/**
 * The `$1` oldest due lines of those that meet the condition, of each product type but `$2`: one look at the index for each type, however
 * many lines wait, because a type whose provider is away must not stand before the others.
 */
function dueByType(condition: string): { readonly types: string; readonly lines: string } {
  const nextType = (after = '') => `(select product_type from order_line where ${condition}${after} order by product_type limit 1)`;
  return {
    types: `
with recursive waiting (product_type) as (
  ${nextType()}
  union all
  select ${nextType(' and product_type > w.product_type')} from waiting w where w.product_type is not null
)`,
    lines: `
(select d.id, w.product_type, d.next_attempt_at as due_at, d.lost_leases > 0 or d.claim_id is not null as alone
   from waiting w
  cross join lateral (
    select id, next_attempt_at, lost_leases, claim_id from order_line
     where ${condition} and product_type = w.product_type and next_attempt_at <= now() order by next_attempt_at limit $1
  ) d
  where w.product_type is not null and w.product_type <> all ($2))`,
  };
}

const waiting = dueByType(WAITING);
const accepted = dueByType(ACCEPTED);

/**
 * The `$1` oldest lines that are due or were left by their holder.
 */
export const FIND_DUE: Statement = {
  name: 'orders.find_due',
  text: `${waiting.types}${waiting.lines}
union all
(select id, product_type, lease_until, true from order_line
  where lease_until is not null and lease_until <= now() and status = 'fulfilling' order by lease_until limit $1)
order by due_at
limit $1`,
};

/**
 * The `$1` oldest accepted lines that are to be looked at, and those with which their provider had its time, whether or not it may be
 * called now. One that is claimed is due at the end of its lease.
 */
export const FIND_ACCEPTED: Statement = {
  name: 'orders.find_accepted',
  text: `${accepted.types}${accepted.lines}
union
(select id, product_type, next_attempt_at, lost_leases > 0 or claim_id is not null from order_line
  where ${ACCEPTED} and accepted_until <= now() and (lease_until is null or lease_until <= now()) order by accepted_until limit $1)
order by due_at
limit $1`,
};

/** The `$1` first lines of which a result was reported that nobody has applied, because whoever was to do so died or was kept from it. */
export const FIND_REPORTED: Statement = {
  name: 'orders.find_reported',
  text: `
select id, product_type, now() as due_at, false as alone from order_line
 where result_outcome is not null and status in ('open', 'failed', 'accepted') and (claim_id is null or lease_until <= now())
 order by id limit $1`,
};

/** Reads the index `order_line_stray_index`, which is empty unless a replica of an older version writes beside this one. */
export const ADOPT: Statement = {
  name: 'orders.adopt',
  text: `
with unadopted as (
  select l.id, o.placed_at from order_line l join orders o on o.id = l.order_id
   where l.payment = 'paid' and l.claim_id is null and (l.status = 'open' and l.next_attempt_at is null or l.status in ('open', 'failed') and l.paid_at is null)
     and o.payment_status = 'settled'
   limit 500 for no key update of l skip locked
)
update order_line l
   set paid_at = coalesce(l.paid_at, u.placed_at), retry_since = coalesce(l.retry_since, now()), course_id = coalesce(l.course_id, ${courseOf('l.details')}),
       next_attempt_at = case when l.status = 'open' then coalesce(l.next_attempt_at, now()) end
  from unadopted u where l.id = u.id`,
};
