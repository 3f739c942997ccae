import type { NewPendingOrder } from '../new-order.js';
import type { Statement } from '../orders.database.js';
import { ORDER_TRANSITIONS, next, sourcesOf, type OrderEvent, type OrderStatus } from '../transitions.js';
import { courseOf } from './course.js';
import type { PlacedRow } from './place.statement.js';

export interface PendingRow extends PlacedRow {
  readonly expires_at: Date;
}

/**
 * T1 of an order that waits for its money: the idempotency record, the order, its lines, which nobody holds and which are never due, and
 * history. Gives no row when the key is taken, or when the learner owns or awaits a product that is sold once: as `PLACE` does.
 */
export const PLACE_PENDING: Statement = {
  name: 'orders.place_pending',
  text: `
with input as (
  select * from unnest($16::uuid[], $17::text[], $18::uuid[], $19::text[], $20::text[], $21::text[], $22::int[], $23::bigint[], $24::bool[])
    with ordinality as line (id, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once, position)
), owned as (
  select from order_line l join input i on i.product_id = l.product_id
   where i.sold_once and l.learner_username = $4 and l.status <> 'revoked' and l.payment <> 'lapsed' limit 1
), record as (
  insert into idempotency_record (caller, route, key, fingerprint, order_id, created_at)
  select $9, $10, $11, $12, $1, now() where not exists (select from owned)
  on conflict do nothing
  returning order_id
), placed as (
  insert into orders (id, number, status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in,
                      payment_processor, payment_status, line_count, placed_at, expires_at, expiry_check_at)
  select order_id, 'OF-' || nextval('order_number_seq'), 'pending', $2, $3::bigint, $4, $5, $6, $7, $8, 'pending', cardinality($16), now(), until.at, until.at
    from record, (select least(now() + $14::bigint * interval '1 millisecond', $15::timestamptz) as at) until
  returning id, number, placed_at, expires_at
), lines as (
  insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once,
                          learner_username, learner_address, status, attempts, payment, course_id)
  select i.id, r.order_id, i.position, i.sku, i.product_id, i.product_type, i.title, i.details::jsonb, i.quantity, i.unit_price_minor, i.sold_once,
         $4, $13, 'open', 0, 'awaited', ${courseOf('i.details::jsonb')}
    from record r, input i
   order by i.product_id
), history as (
  insert into order_history (order_id, at, actor, event, from_status, to_status) select order_id, now(), $6, 'place', null, 'pending' from record
)
select number, placed_at, expires_at from placed`,
};

/** The values of `PLACE_PENDING`. */
export function placePendingValues(order: NewPendingOrder): unknown[] {
  const { learner, idempotency, lines } = order;
  const column = <Value>(pick: (line: NewPendingOrder['lines'][number]) => Value): Value[] => lines.map(pick);
  return [
    order.id, order.currency, order.totalMinor, learner.username, learner.email, order.placedBy, order.emailOptIn, order.processor,
    idempotency.caller, idempotency.route, idempotency.key, idempotency.fingerprint, learner.address, order.waitsForMs, order.waitsUntil,
    column(({ id }) => id), column(({ sku }) => sku), column(({ productId }) => productId), column(({ productType }) => productType),
    column(({ title }) => title), column(({ details }) => JSON.stringify(details)), column(({ quantity }) => quantity),
    column(({ unitPriceMinor }) => unitPriceMinor), column(({ soldOnce }) => soldOnce),
  ];
}

export interface StepRow {
  readonly from_status: OrderStatus;
}

/** `$1` the order, `$2` where it goes, `$3` from where, `$4` who, `$5` the event, `$6` why. Gives no row when the order is not in one of these. */
const step = (change: string, lines: string) => `
with moved as (
  update orders o set status = $2, ${change}
    from (select id, status from orders where id = $1) before
   where o.id = before.id and o.status = any ($3)
  returning o.id, before.status as from_status
)${lines}, history as (
  insert into order_history (order_id, at, actor, event, from_status, to_status, reason) select id, now(), $4, $5, from_status, $2, $6 from moved
)
select from_status from moved`;

/** Lines change in the order of their products: two orders of one learner would else each wait for the other in the index of what is sold once. */
const linesOfMoved = (change: string) => `, lines as (
  update order_line l set ${change} from (select l.id from order_line l join moved m on m.id = l.order_id order by l.product_id) mine where l.id = mine.id
)`;

/** The money is there: from now on the lines are due. `$7` the processor, `$8` its reference. Violates `order_line_sold_once_key` where the learner has bought the product by another order since this one had lapsed. */
export const PAY: Statement = {
  name: 'orders.pay',
  text: step(
    `payment_status = 'settled', payment_processor = $7, payment_reference = $8, expires_at = null, expiry_check_at = null`,
    linesOfMoved(`payment = 'paid', paid_at = now(), retry_since = now(), next_attempt_at = now()`),
  ),
};

/** Nobody paid in time: what it would have sold counts as owned by nobody any more. */
export const EXPIRE: Statement = { name: 'orders.expire', text: step('expiry_check_at = null', linesOfMoved(`payment = 'lapsed', learner_address = null`)) };

/** Its payment can never be made; another one can. */
export const FAIL_PAYMENT: Statement = { name: 'orders.fail_payment', text: step('payment_status = o.payment_status', '') };

/** Another payment was written for it. */
export const AWAIT_PAYMENT: Statement = { name: 'orders.await_payment', text: step('payment_status = o.payment_status', '') };

/** The values of the four, but for those of `PAY` alone. Each leads to one status, wherever it begins. */
export function stepValues(orderId: string, event: Extract<OrderEvent, 'pay' | 'expire' | 'failPayment' | 'awaitPayment'>, { actor, reason }: { readonly actor: string; readonly reason: string | null }): unknown[] {
  const sources = sourcesOf(ORDER_TRANSITIONS, event);
  const [target] = sources.map((source) => next(ORDER_TRANSITIONS, source, event));
  return [orderId, target, sources, actor, event, reason];
}

/** The `$1` orders whose time is over, the longest waiting first. Reads `orders_expiry_index`. */
export const FIND_EXPIRED: Statement = {
  name: 'orders.find_expired',
  text: `select id, expiry_check_at as due_at from orders where status in ('pending', 'payment_error') and expiry_check_at <= now() order by expiry_check_at limit $1`,
};

/**
 * Takes the order `$1`, whose time is over, for `$2` ms, and longer the longer ago that was, up to half an hour: whoever dies with it, or is in doubt about it,
 * leaves it due then. Gives no row when somebody else has it.
 */
export const CLAIM_EXPIRY: Statement = {
  name: 'orders.claim_expiry',
  text: `
update orders set expiry_check_at = now() + greatest($2::float8 * interval '1 millisecond', least((now() - expires_at) / 8, interval '30 minutes'))
 where id = (select id from orders where id = $1 and status in ('pending', 'payment_error') and expiry_check_at <= now() for no key update skip locked)
returning (extract(epoch from now() - expires_at) * 1000)::float8 as overdue_ms`,
};
