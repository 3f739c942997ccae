import { performance } from 'node:perf_hooks';
import type { OrderClaim } from './claim.js';
import type { LeaseClock } from './claimed-rows.js';
import type { NewLine, NewOrder } from './new-order.js';
import { orderEventFor } from './order-status.js';
import type { LineSnapshot } from './order.snapshot.js';
import type { PlacedRow } from './statements/place.statement.js';
import { LINE_TRANSITIONS, ORDER_TRANSITIONS, next, type OrderStatus } from './transitions.js';

/**
 * The claim that a placed order is born with: what the database holds now, without reading it back. Its order has all lines;
 * claimed are those that were not refused.
 */
export function newClaim(order: NewOrder, { number, placed_at: placedAt }: PlacedRow, { leaseEndsAtMs }: LeaseClock): OrderClaim {
  const { learner, payment } = order;
  const lines = order.lines.map((line) => newLineSnapshot(line, placedAt));
  const claimed = order.lines.flatMap((line, index) => {
    const snapshot = lines[index];
    if (line.refusal || !snapshot) return [];
    const { claimId, details } = line;
    return [{ claimId, details, learnerAddress: learner.address, mayHaveArrived: false, tries: 1, lostLeases: 0, held: false, leftBy: null, acceptance: null, result: null, previousFailure: null, paidAt: placedAt, retrySince: placedAt, line: snapshot }];
  });
  return {
    order: {
      id: order.id,
      number,
      status: bornStatus(order.lines),
      currency: order.currency,
      totalMinor: order.totalMinor,
      placedAt,
      expiresAt: null,
      learner: { username: learner.username, email: learner.email },
      payment: { processor: payment.processor, reference: payment.reference, status: 'settled' },
      lines,
    },
    lineCount: lines.length,
    lines: claimed,
    leaseEndsAtMs,
    claimedAt: { database: placedAt, monotonicMs: performance.now() },
  };
}

/** The status of a paid order as it is placed: a line that is refused already carries a failure. */
export function bornStatus(lines: readonly Pick<NewLine, 'refusal'>[]): OrderStatus {
  const paid = next(ORDER_TRANSITIONS, 'pending', 'pay');
  const standings = lines.map((line) => ({ status: bornLineStatus(line), failure: line.refusal }));
  const event = orderEventFor(paid, standings);
  return event ? next(ORDER_TRANSITIONS, paid, event) : paid;
}

/** The status of a line as it is placed. */
export function bornLineStatus({ refusal }: Pick<NewLine, 'refusal'>) {
  return refusal ? 'open' : next(LINE_TRANSITIONS, 'open', 'claim');
}

function newLineSnapshot(line: NewLine, placedAt: Date): LineSnapshot {
  const { id, sku, productType, title, quantity, unitPriceMinor, refusal } = line;
  return {
    id,
    sku,
    productType,
    title,
    quantity,
    unitPriceMinor,
    status: bornLineStatus(line),
    attempts: refusal ? 0 : 1,
    failure: refusal && { kind: refusal.kind, detail: refusal.detail, passing: true },
    nextAttemptAt: refusal && new Date(placedAt.getTime() + refusal.retryInMs),
    receipt: null,
    acceptedUntil: null,
  };
}
