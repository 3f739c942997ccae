import type { FailureKind } from '#orders';
import type { Refund, AccessTerms, RefundLine, RefundOrigin } from '../refund.js';
import type { RefundStatus } from '../transitions.js';

export interface RefundRow {
  readonly id: string;
  readonly number: string;
  readonly order_id: string;
  readonly order_number: string;
  readonly learner_username: string;
  readonly payment_id: string | null;
  readonly origin: RefundOrigin;
  readonly status: RefundStatus;
  readonly amount_minor: string;
  readonly currency: string;
  readonly access: AccessTerms;
  readonly reason: string;
  readonly requested_by: string;
  readonly decided_by: string | null;
  readonly decision_reason: string | null;
  readonly reference: string | null;
  readonly money_is_back: boolean;
  readonly access_note: string | null;
  readonly round: number;
  readonly failed_references: string[];
  readonly attempts: number;
  readonly may_have_arrived: boolean;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly next_attempt_at: Date | null;
  readonly claim_id: string | null;
  readonly is_worked_on: boolean;
  readonly created_at: Date;
  readonly decided_at: Date | null;
  readonly money_at: Date | null;
  readonly completed_at: Date | null;
  readonly lines: RefundLine[];
}

/** The columns of `RefundRow`, of `refund r`. */
export const REFUND_COLUMNS = `r.id, r.number, r.order_id, r.order_number, r.learner_username, r.payment_id, r.origin, r.status, r.amount_minor, r.currency, r.access, r.reason,
  r.requested_by, r.decided_by, r.decision_reason, r.reference, r.money_is_back, r.access_note, r.round, r.failed_references, r.attempts, r.may_have_arrived, r.failure_kind,
  r.failure_detail, r.next_attempt_at, r.claim_id, coalesce(r.lease_until > now(), false) as is_worked_on, r.created_at, r.decided_at, r.money_at, r.completed_at,
  (select coalesce(json_agg(json_build_object('lineId', l.line_id, 'amountMinor', l.amount_minor, 'wasHeld', l.was_held) order by l.line_id), '[]')
     from refund_line l where l.refund_id = r.id and (l.live or r.status = 'denied')) as lines`;

export function refundOf(row: RefundRow): Refund {
  return {
    id: row.id,
    number: row.number,
    orderId: row.order_id,
    orderNumber: row.order_number,
    learner: row.learner_username,
    paymentId: row.payment_id,
    origin: row.origin,
    status: row.status,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    access: row.access,
    reason: row.reason,
    requestedBy: row.requested_by,
    decidedBy: row.decided_by,
    decisionReason: row.decision_reason,
    reference: row.reference,
    moneyIsBack: row.money_is_back,
    accessNote: row.access_note,
    round: row.round,
    failedReferences: row.failed_references,
    attempts: row.attempts,
    mayHaveArrived: row.may_have_arrived,
    failure: row.failure_kind && row.failure_detail !== null ? { kind: row.failure_kind, detail: row.failure_detail } : null,
    nextAttemptAt: row.next_attempt_at,
    claimId: row.claim_id,
    isWorkedOn: row.is_worked_on,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
    moneyAt: row.money_at,
    completedAt: row.completed_at,
    lines: row.lines,
  };
}
