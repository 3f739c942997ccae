import type { Statement } from '../orders.database.js';

/**
 * Makes everybody who takes back the same product of the same learner wait for one another, until the transaction ends.
 * Two lines that are taken back at the same moment would else each see the other as still in need of the access.
 */
export const LOCK_ACCESS: Statement = {
  name: 'orders.lock_access',
  text: `
select pg_advisory_xact_lock(hashtextextended(access, 0))
  from (select distinct learner_username || ' ' || product_id as access from order_line where order_id = $1 order by 1) accesses`,
};

export interface NeededRow {
  readonly line_id: string;
  readonly needed_by: string;
}

/**
 * For each of the lines `$1`: the number of an order in which the same learner has or awaits the same product by a line that
 * is paid for and not being taken back. Access that is left to a line which was not delivered itself may be there for it without its doing:
 * that line is marked, so that it is read back whatever becomes of it.
 */
export const ACCESS_NEEDED_ELSEWHERE: Statement = {
  name: 'orders.access_needed_elsewhere',
  text: `
with needing as (
  select l.id as line_id, other.id as other_id, o.number
  from order_line l
  join order_line other on other.learner_username = l.learner_username and other.product_id = l.product_id
                       and other.id <> l.id and other.status <> 'revoked' and other.payment = 'paid' and other.claim_purpose is distinct from 'revoke'
  join orders o on o.id = other.order_id
 where l.id = any($1)
), locked as (
  select id from order_line where id in (select other_id from needing) and status <> 'fulfilled' and not may_have_arrived
   order by id for no key update
), marked as (
  update order_line m set may_have_arrived = true from locked where m.id = locked.id
)
select line_id, min(number) as needed_by from needing group by line_id`,
};
