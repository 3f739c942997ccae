import type { Statement } from '../orders.database.js';
import type { NewOrder } from '../new-order.js';
import { courseOf } from './course.js';
import { bornLineStatus, bornStatus } from '../placed-claim.js';
import { ORDER_TRANSITIONS, next } from '../transitions.js';

export interface PlacedRow {
  readonly number: string;
  readonly placed_at: Date;
}

/**
 * T1 of a paid order: the idempotency record, the order, its lines born claimed, one attempt row for each, and history.
 * Lines that are refused a call are born waiting instead: due later, with the reason, without an attempt.
 *
 * Lines are written in the order of their products, whatever the order of the basket: two baskets of one learner would else
 * each wait for the other in the index of what is sold once.
 *
 * Gives no row when the key is taken (it waits for another transaction that is just taking it) or when the learner owns or
 * awaits a product that is sold once. Two such purchases at the same moment end in a violation of `order_line_sold_once_key`.
 */
export const PLACE: Statement = {
  name: 'orders.place',
  text: `
with input as (
  select * from unnest($18::uuid[], $19::uuid[], $20::text[], $21::uuid[], $22::text[], $23::text[], $24::text[], $25::int[], $26::bigint[], $27::bool[],
                       $29::text[], $30::text[], $31::text[], $32::int[])
    with ordinality as line (id, claim_id, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once,
                             status, failure_kind, failure_detail, retry_in_ms, position)
), owned as (
  select from order_line l join input i on i.product_id = l.product_id
   where i.sold_once and l.learner_username = $4 and l.status <> 'revoked' and l.payment <> 'lapsed' limit 1
), record as (
  insert into idempotency_record (caller, route, key, fingerprint, order_id, created_at)
  select $10, $11, $12, $13, $1, now() where not exists (select from owned)
  on conflict do nothing
  returning order_id
), placed as (
  insert into orders (id, number, status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in,
                      payment_processor, payment_reference, payment_status, line_count, placed_at)
  select order_id, 'OF-' || nextval('order_number_seq'), $16, $2, $3::bigint, $4, $5, $6, $7, $8, $9, 'settled', cardinality($18), now() from record
  returning id, number, placed_at
), lines as (
  insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once,
                          learner_username, learner_address, status, paid_at, retry_since, attempts, tries, claim_id, claim_purpose, lease_until,
                          failure_kind, failure_detail, failure_passing, next_attempt_at, course_id)
  select i.id, r.order_id, i.position, i.sku, i.product_id, i.product_type, i.title, i.details::jsonb, i.quantity, i.unit_price_minor, i.sold_once,
         $4, $14, i.status, now(), now(), case when i.claim_id is null then 0 else 1 end, case when i.claim_id is null then 0 else 1 end,
         i.claim_id, case when i.claim_id is not null then 'deliver' end, case when i.claim_id is not null then now() + $15::int * interval '1 millisecond' end,
         i.failure_kind, i.failure_detail, case when i.failure_kind is not null then true end, now() + i.retry_in_ms * interval '1 millisecond', ${courseOf('i.details::jsonb')}
    from record r, input i
   order by i.product_id
), attempts as (
  insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, outcome)
  select i.claim_id, i.id, 'deliver', $28, now(), 'pending' from record r, input i where i.claim_id is not null
), history as (
  insert into order_history (order_id, at, actor, event, from_status, to_status)
  select order_id, now(), $6, step.event, step.from_status, step.to_status
    from record, (values ('place', null, $17::text), ('failFulfillment', $17, $16::text)) as step (event, from_status, to_status)
   where step.from_status is null or $17 <> $16
)
select number, placed_at from placed`,
};

/** The values of `PLACE`. The address is kept with the lines only until they end. */
export function placeValues(order: NewOrder, leaseMs: number): unknown[] {
  const { learner, payment, idempotency, lines } = order;
  const column = <Value>(pick: (line: NewOrder['lines'][number]) => Value): Value[] => lines.map(pick);
  return [
    order.id, order.currency, order.totalMinor, learner.username, learner.email, order.placedBy, order.emailOptIn,
    payment.processor, payment.reference, idempotency.caller, idempotency.route, idempotency.key, idempotency.fingerprint,
    learner.address, leaseMs, bornStatus(lines), next(ORDER_TRANSITIONS, 'pending', 'pay'),
    column(({ id }) => id), column(({ claimId, refusal }) => (refusal ? null : claimId)), column(({ sku }) => sku), column(({ productId }) => productId),
    column(({ productType }) => productType), column(({ title }) => title), column(({ details }) => JSON.stringify(details)),
    column(({ quantity }) => quantity), column(({ unitPriceMinor }) => unitPriceMinor), column(({ soldOnce }) => soldOnce),
    order.requestedBy, column(bornLineStatus),
    column(({ refusal }) => refusal?.kind ?? null), column(({ refusal }) => refusal?.detail ?? null), column(({ refusal }) => refusal?.retryInMs ?? null),
  ];
}
