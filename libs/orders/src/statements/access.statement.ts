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

/** For each of the lines `$1`: the number of an order in which the same learner has or awaits the same product by a line that is not being taken back. */
export const ACCESS_NEEDED_ELSEWHERE: Statement = {
  name: 'orders.access_needed_elsewhere',
  text: `
select l.id as line_id, min(o.number) as needed_by
  from order_line l
  join order_line other on other.learner_username = l.learner_username and other.product_id = l.product_id
                       and other.id <> l.id and other.status <> 'revoked' and other.claim_purpose is distinct from 'revoke'
  join orders o on o.id = other.order_id
 where l.id = any($1)
 group by l.id`,
};
