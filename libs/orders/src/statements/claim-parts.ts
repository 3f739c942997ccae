import { requestedBy, type AskedBy, type ClaimPurpose, type ReportedResult } from '../claim.js';
import type { FailureKind } from '../failure.js';
import type { PaymentStatus } from '../order.snapshot.js';
import type { LineStatus, OrderStatus } from '../transitions.js';

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
  readonly tries: number;
  readonly lost_leases: number;
  readonly paid_at: Date;
  readonly retry_since: Date;
  readonly may_have_arrived: boolean;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly failure_passing: boolean | null;
  readonly next_attempt_at: Date | null;
  readonly receipt: string | null;
  readonly accepted_reference: string | null;
  readonly verify_every_ms: string | null;
  readonly accepted_until: Date | null;
  readonly result_outcome: ReportedResult['outcome'] | null;
  readonly result_detail: string | null;
  readonly claim_id: string;
  readonly held: boolean;
  readonly failure_status: number | null;
  readonly failure_times: number;
  readonly left_by: ClaimPurpose | null;
  readonly claimed_at: Date;
}

export const LEASE_RAN_OUT = 'The lease ran out before the holder said what came of it.';

/** `$1` to `$5` of every claim: whose lines, the lease, and who asks. */
export function askedByValues(scopeId: string, leaseMs: number, askedBy: AskedBy): unknown[] {
  return [scopeId, leaseMs, requestedBy(askedBy), askedBy.actor, askedBy.reason];
}

export const LEASE = `now() + $2::int * interval '1 millisecond'`;

/** The attempt of a holder whose lease ran out is closed by whoever takes the line over: no attempt row stays open for ever. */
export const CLOSE_PREDECESSORS = `
  update fulfillment_attempt a set outcome = 'unknown', ended_at = now(), detail = '${LEASE_RAN_OUT}'
    from claimed where a.line_id = claimed.id and a.outcome = 'pending'`;

/** A decision's read-back is an attempt to deliver that calls nobody but to look. */
export const OPEN_ATTEMPTS = (purpose: 'deliver' | 'revoke') => `
  insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, outcome)
  select claim_id, id, case status when 'accepted' then 'verify' else '${purpose}' end, $3, now(), 'pending' from claimed`;

export const ANSWER = `
select o.id as order_id, o.number, o.status as order_status, o.currency, o.total_minor, o.placed_at, o.learner_username, o.learner_email,
       o.payment_processor, o.payment_reference, o.payment_status, o.line_count,
       c.id, c.sku, c.product_type, c.title, c.details, c.quantity, c.unit_price_minor, c.learner_address,
       c.status, c.attempts, c.tries, c.lost_leases, coalesce(c.paid_at, o.placed_at) as paid_at, coalesce(c.retry_since, o.placed_at) as retry_since,
       c.may_have_arrived, c.failure_kind, c.failure_detail, c.failure_passing, c.next_attempt_at, c.receipt,
       c.accepted_reference, c.verify_every_ms, c.accepted_until, c.result_outcome, c.result_detail, c.claim_id, c.held_at is not null as held, c.failure_status, c.failure_times,
       case when p.status = 'fulfilling' then p.claim_purpose end as left_by, now() as claimed_at
  from claimed c join orders o on o.id = c.order_id join picked p on p.id = c.id
 order by c.position`;
