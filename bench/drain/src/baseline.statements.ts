/*
 * What bare code would write for one due line: the rows that the product writes, by one prepared statement a commit. It
 * asks nobody for leave, and does not check whether its claim was lost.
 */

export interface DueRow {
  readonly id: string;
}

export const FIND_DUE = {
  name: 'find_due',
  text: `select id from order_line where product_type = 'seat' and status = 'open' and next_attempt_at is not null and held_at is null and next_attempt_at <= now() order by next_attempt_at limit $1`,
};

/** Line, attempt, history. */
export const CLAIM = {
  name: 'claim',
  text: `
with claimed as (
  update order_line
     set status = 'fulfilling', claim_id = $2, claim_purpose = 'deliver', lease_until = now() + interval '90 seconds', attempts = attempts + 1, tries = tries + 1, next_attempt_at = null
   where id = $1 and status = 'open' and next_attempt_at <= now() and held_at is null and claim_id is null
  returning id, order_id, details, learner_username
), attempt as (
  insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, outcome) select $2, id, 'deliver', 'retry:scheduler', now(), 'pending' from claimed
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status) select order_id, id, now(), 'scheduler', 'claim', 'open', 'fulfilling' from claimed
)
select c.id, c.order_id, c.details, c.learner_username, o.number, o.placed_at from claimed c join orders o on o.id = c.order_id`,
};

export interface ClaimedRow {
  readonly id: string;
  readonly order_id: string;
  readonly details: { readonly courseId: string; readonly mode: string };
  readonly learner_username: string;
  readonly number: string;
  readonly placed_at: Date;
}

/** Line, attempt, order, history of both. */
export const SETTLE = {
  name: 'settle',
  text: `
with line as (
  update order_line set status = 'fulfilled', receipt = $4, failure_kind = null, failure_detail = null, failure_passing = null, claim_id = null, claim_purpose = null, lease_until = null where id = $2
), attempt as (
  update fulfillment_attempt set ended_at = now(), outcome = 'fulfilled', http_status = 200, duration_ms = $5 where claim_id = $3
), moved as (
  update orders set status = 'complete' where id = $1
)
insert into order_history (order_id, line_id, at, actor, event, from_status, to_status)
values ($1, $2, now(), 'scheduler', 'fulfil', 'fulfilling', 'fulfilled'), ($1, null, now(), 'scheduler', 'complete', 'fulfillment_error', 'complete')`,
};
