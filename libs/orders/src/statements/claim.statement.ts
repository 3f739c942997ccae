import type { Statement } from '../orders.database.js';
import type { AskedBy } from '../claim.js';
import { requestedBy } from '../claim.js';
import type { FailureKind } from '../failure.js';
import type { PaymentStatus } from '../order.snapshot.js';
import { LINE_TRANSITIONS, ORDER_TRANSITIONS, next, sourcesOf, type LineStatus, type OrderStatus } from '../transitions.js';

/** A claimed line as the claim statements give it, with what is needed of its order. */
export interface ClaimedRow {
  readonly order_id: string;
  readonly number: string;
  readonly order_status: OrderStatus;
  readonly currency: string;
  readonly total_minor: string;
  readonly placed_at: Date;
  readonly learner_username: string;
  readonly learner_email: string | null;
  readonly payment_processor: string;
  readonly payment_reference: string | null;
  readonly payment_status: PaymentStatus;
  readonly line_count: number;
  readonly id: string;
  readonly sku: string;
  readonly product_type: string;
  readonly title: string;
  readonly details: unknown;
  readonly quantity: number;
  readonly unit_price_minor: string;
  readonly learner_address: string | null;
  readonly status: LineStatus;
  readonly attempts: number;
  readonly may_have_arrived: boolean;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly failure_passing: boolean | null;
  readonly next_attempt_at: Date | null;
  readonly receipt: string | null;
  readonly claim_id: string;
}

const LEASE_RAN_OUT = 'The lease ran out before the holder said what came of it.';

/** The attempt of a holder whose lease ran out is closed by whoever takes the line over: no attempt row stays open for ever. */
const CLOSE_PREDECESSORS = `
  update fulfillment_attempt a set outcome = 'unknown', ended_at = now(), detail = '${LEASE_RAN_OUT}'
    from claimed where a.line_id = claimed.id and a.outcome = 'pending'`;

const OPEN_ATTEMPTS = (purpose: string) => `
  insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, outcome)
  select claim_id, id, '${purpose}', $3, now(), 'pending' from claimed`;

const ANSWER = `
select o.id as order_id, o.number, o.status as order_status, o.currency, o.total_minor, o.placed_at, o.learner_username, o.learner_email,
       o.payment_processor, o.payment_reference, o.payment_status, o.line_count,
       c.id, c.sku, c.product_type, c.title, c.details, c.quantity, c.unit_price_minor, c.learner_address,
       c.status, c.attempts, c.may_have_arrived, c.failure_kind, c.failure_detail, c.failure_passing, c.next_attempt_at, c.receipt, c.claim_id
  from claimed c join orders o on o.id = c.order_id
 order by c.position`;

/**
 * An operator's claim of what is unfinished in one order: waiting, failed (reopened in the same statement), or left by a
 * holder whose lease ran out. It never waits: a line whose row is locked just now is left to whoever holds it.
 *
 * The lines' rows are locked and not the order's; a settle locks the order first and then lines, and neither can wait for
 * the other in a circle, because this statement skips what is locked.
 */
export const CLAIM_UNFINISHED: Statement = {
  name: 'orders.claim_unfinished',
  text: `
with picked as (
  select l.id, l.status
    from order_line l join orders o on o.id = l.order_id
   where l.order_id = $1 and o.status = any($6) and l.held_at is null
     and (l.status = any($7) or l.status = $8)
     and (l.claim_id is null or l.lease_until <= now())
   order by l.position
     for no key update of l skip locked
), claimed as (
  update order_line l
     set status = $8, claim_id = gen_random_uuid(), claim_purpose = 'deliver', lease_until = now() + $2::int * interval '1 millisecond',
         attempts = l.attempts + 1, next_attempt_at = null, may_have_arrived = l.may_have_arrived or picked.status = $8
    from picked where l.id = picked.id
  returning l.*
), closed as (${CLOSE_PREDECESSORS}
), attempts as (${OPEN_ATTEMPTS('deliver')}
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, c.id, now(), $4, case p.status when $9 then 'resubmit' when $8 then 'reclaim' else 'claim' end, p.status, $8, $5
    from claimed c join picked p on p.id = c.id
)${ANSWER}`,
};

/** The values of `CLAIM_UNFINISHED`. */
export function claimUnfinishedValues(orderId: string, leaseMs: number, askedBy: AskedBy): unknown[] {
  const reopened = next(LINE_TRANSITIONS, 'failed', 'resubmit');
  const waiting = [...sourcesOf(LINE_TRANSITIONS, 'claim'), ...sourcesOf(LINE_TRANSITIONS, 'resubmit')];
  return [orderId, leaseMs, requestedBy(askedBy), askedBy.actor, askedBy.reason, DELIVERABLE, waiting, next(LINE_TRANSITIONS, reopened, 'claim'), 'failed'];
}

/** Paid orders in which something may still be delivered: those that can complete. */
const DELIVERABLE = sourcesOf(ORDER_TRANSITIONS, 'complete');

/**
 * A claim to take lines back, all of the named ones or none. A line that its holder lost while delivering is released by
 * it, and says so, should it not be taken back after all. `$6` are the statuses that may be taken back, `$8` the lines (null: every line in one of these statuses or being delivered).
 */
export const CLAIM_REVOCATION: Statement = {
  name: 'orders.claim_revocation',
  text: `
with wanted as (
  select l.id from order_line l where l.order_id = $1 and ($8::uuid[] is null or l.id = any($8)) and (l.status = any($6) or l.status = $7)
), picked as (
  select l.id, l.status
    from order_line l
   where l.id in (select id from wanted) and (l.status = any($6) or l.status = $7) and (l.claim_id is null or l.lease_until <= now())
   order by l.position
     for no key update of l skip locked
), claimed as (
  update order_line l
     set status = case l.status when $7 then $9 else l.status end, claim_id = gen_random_uuid(), claim_purpose = 'revoke',
         lease_until = now() + $2::int * interval '1 millisecond', may_have_arrived = l.may_have_arrived or picked.status = $7,
         failure_kind = case when l.status = $7 then coalesce(l.failure_kind, 'unknown') else l.failure_kind end,
         failure_detail = case when l.status = $7 then coalesce(l.failure_detail, '${LEASE_RAN_OUT}') else l.failure_detail end,
         failure_passing = case when l.status = $7 then coalesce(l.failure_passing, true) else l.failure_passing end
    from picked where l.id = picked.id and (select count(*) from picked) = (select count(*) from wanted)
  returning l.*
), closed as (${CLOSE_PREDECESSORS}
), attempts as (${OPEN_ATTEMPTS('revoke')}
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, c.id, now(), $4, 'claimRevocation', p.status, c.status, $5 from claimed c join picked p on p.id = c.id
)${ANSWER}`,
};

/** The values of `CLAIM_REVOCATION`. `statuses` are those in which a line may be taken back. */
export function claimRevocationValues(orderId: string, leaseMs: number, askedBy: AskedBy, { statuses, lineIds }: RevocationScope): unknown[] {
  const delivering = next(LINE_TRANSITIONS, 'open', 'claim');
  return [orderId, leaseMs, requestedBy(askedBy), askedBy.actor, askedBy.reason, statuses, delivering, lineIds, next(LINE_TRANSITIONS, delivering, 'release')];
}

/** Which lines of an order to take back: those in one of the statuses, and of these only the named ones when any are named. */
export interface RevocationScope {
  readonly statuses: readonly LineStatus[];
  readonly lineIds: readonly string[] | null;
}
