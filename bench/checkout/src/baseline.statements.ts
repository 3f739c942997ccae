/*
 * What a bare server would write for an order of one line: the rows that the product writes, by one prepared statement a
 * commit. It checks nothing: not what the learner owns, not whether the claim was lost.
 */

/** T1: idempotency record, order, line, attempt, history. */
export const PLACE = {
  name: 'place',
  text: `
with record as (
  insert into idempotency_record (caller, route, key, fingerprint, order_id, created_at) values ($1, $2, $3, $4, $5, now())
), placed as (
  insert into orders (id, number, status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in,
                      payment_processor, payment_reference, payment_status, line_count, placed_at)
  values ($5, 'OF-' || nextval('order_number_seq'), 'open', $6, $7, $8, $9, $1, $10, $11, $12, 'settled', 1, now())
  returning number, placed_at
), line as (
  insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once,
                          learner_username, status, attempts, claim_id, claim_purpose, lease_until)
  values ($13, $5, 1, $14, $15, $16, $17, $18::jsonb, 1, $7, false, $8, 'fulfilling', 1, $19, 'deliver', now() + interval '90 seconds')
), attempt as (
  insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, outcome)
  values ($19, $13, 'deliver', $20, now(), 'pending')
), history as (
  insert into order_history (order_id, at, actor, event, to_status) values ($5, now(), $1, 'place', 'open')
)
select number, placed_at from placed`,
};

/** T2: line, attempt, order, history of both, and the stored answer. */
export const SETTLE = {
  name: 'settle',
  text: `
with line as (
  update order_line set status = 'fulfilled', receipt = $4, claim_id = null, claim_purpose = null, lease_until = null where id = $2
), attempt as (
  update fulfillment_attempt set ended_at = now(), outcome = 'fulfilled', duration_ms = $5 where claim_id = $3
), moved as (
  update orders set status = 'complete' where id = $1
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status)
  values ($1, $2, now(), $6, 'fulfil', 'fulfilling', 'fulfilled'), ($1, null, now(), $6, 'complete', 'open', 'complete')
)
update idempotency_record set answer_status = 201, answer_body = $7, answered_at = now() where caller = $6 and route = $8 and key = $9`,
};

export interface PlacedRow {
  readonly number: string;
  readonly placed_at: Date;
}

/** The one thing that the baseline sells. Read once: it looks nothing up for an order. */
export const PRODUCT = `
select s.sku, s.product_id, p.product_type, p.title, p.details, s.price_minor, s.currency
  from sku s join product p on p.id = s.product_id where s.sku = $1`;

export interface ProductRow {
  readonly sku: string;
  readonly product_id: string;
  readonly product_type: string;
  readonly title: string;
  readonly details: { readonly courseId: string; readonly mode: string };
  readonly price_minor: string;
  readonly currency: string;
}
