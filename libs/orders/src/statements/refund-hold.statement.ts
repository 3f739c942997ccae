import type { Statement } from '../orders.database.js';
import type { LineStatus } from '../transitions.js';

export interface RefundHoldRow {
  readonly id: string;
  readonly status: LineStatus;
  readonly was_held: boolean;
  readonly may_have_arrived: boolean;
}

/**
 * Holds what is unfinished of the lines `$2` of the order `$1` for the refund `$3`, and locks them all until the transaction ends. Lines that are fulfilled
 * need no hold: nobody delivers them again. No line is waited for longer than a claim's statement takes.
 */
export const HOLD_FOR_REFUND: Statement = {
  name: 'orders.hold_for_refund',
  text: `
with line as (
  select id, position, status, held_at is not null as was_held, may_have_arrived from order_line where order_id = $1 and id = any ($2) and payment = 'paid' order by id for no key update
), held as (
  update order_line l set held_at = coalesce(l.held_at, now()), held_for = $3 from line where l.id = line.id and line.status not in ('fulfilled', 'revoked')
  returning l.id, l.status, line.was_held
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, id, now(), $4, 'hold', status, status, $5 from held where not was_held
)
select id, status, was_held, may_have_arrived from line order by position`,
};

/** Lets go what the refund `$1` holds; the lines `$2` stay held, because an operator had held them before. They are due when they were. */
export const RELEASE_FROM_REFUND: Statement = {
  name: 'orders.release_from_refund',
  text: `
with released as (
  update order_line l set held_for = null, held_at = case when l.id = any ($2::uuid[]) then l.held_at end
   where l.order_id = $5 and l.held_for = $1
  returning l.id, l.order_id, l.status, l.held_at
)
insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
select order_id, id, now(), $3, 'unhold', status, status, $4 from released where held_at is null`,
};
