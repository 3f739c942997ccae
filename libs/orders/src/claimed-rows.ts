import { performance } from 'node:perf_hooks';
import type { Acceptance, ClaimedLine, OrderClaim } from './claim.js';
import type { Failure } from './order.snapshot.js';
import type { ClaimedRow } from './statements/claim-parts.js';

/** One claim out of the rows of a claim statement, all of one order; `undefined` when there are none. */
export function orderClaim(rows: readonly ClaimedRow[], { leaseEndsAtMs }: LeaseClock): OrderClaim | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const lines = rows.map(claimedLine);
  return {
    order: {
      id: first.order_id,
      number: first.number,
      status: first.order_status,
      currency: first.currency,
      totalMinor: Number(first.total_minor),
      expiresAt: null,
    placedAt: first.placed_at,
      learner: { username: first.learner_username, email: first.learner_email },
      payment: { processor: first.payment_processor, reference: first.payment_reference, status: first.payment_status },
      lines: lines.map(({ line }) => line),
    },
    lineCount: first.line_count,
    lines,
    leaseEndsAtMs,
    claimedAt: { database: first.claimed_at, monotonicMs: performance.now() },
  };
}

/** Read before a claim's statement leaves: when its lease ends, by the monotonic clock. */
export interface LeaseClock {
  readonly leaseEndsAtMs: number;
}

/** To be read before a claim's statement leaves, so that this clock's lease never outlasts the database's. */
export function leaseClock({ leaseMs }: { readonly leaseMs: number }): LeaseClock {
  return { leaseEndsAtMs: performance.now() + leaseMs };
}

function claimedLine(row: ClaimedRow): ClaimedLine {
  return {
    claimId: row.claim_id,
    details: row.details,
    learnerAddress: row.learner_address,
    mayHaveArrived: row.may_have_arrived,
    tries: row.tries,
    lostLeases: row.lost_leases,
    held: row.held,
    acceptance: acceptance(row),
    result: row.result_outcome !== null && row.result_detail !== null ? { outcome: row.result_outcome, detail: row.result_detail } : null,
    leftBy: row.left_by,
    previousFailure: row.failure_kind && { kind: row.failure_kind, httpStatus: row.failure_status, times: row.failure_times },
    paidAt: row.paid_at,
    retrySince: row.retry_since,
    line: {
      id: row.id,
      sku: row.sku,
      productType: row.product_type,
      title: row.title,
      quantity: row.quantity,
      unitPriceMinor: Number(row.unit_price_minor),
      status: row.status,
      attempts: row.attempts,
      failure: failure(row),
      nextAttemptAt: row.next_attempt_at,
      receipt: row.receipt,
      acceptedUntil: row.status === 'accepted' ? row.accepted_until : null,
    },
  };
}

function acceptance({ accepted_reference: reference, verify_every_ms: verifyEveryMs, accepted_until: until }: ClaimedRow): Acceptance | null {
  return reference !== null && verifyEveryMs !== null && until !== null ? { reference, verifyEveryMs: Number(verifyEveryMs), until } : null;
}

function failure({ failure_kind: kind, failure_detail: detail, failure_passing: passing }: ClaimedRow): Failure | null {
  return kind !== null && detail !== null && passing !== null ? { kind, detail, passing } : null;
}
