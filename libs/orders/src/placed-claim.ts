import type { OrderClaim } from './claim.js';
import type { NewLine, NewOrder } from './new-order.js';
import type { LineSnapshot } from './order.snapshot.js';
import type { PlacedRow } from './statements/place.statement.js';
import { LINE_TRANSITIONS, ORDER_TRANSITIONS, next } from './transitions.js';

/** The claim that a placed order is born with: what the database holds now, without reading it back. */
export function newClaim(order: NewOrder, { number, placed_at: placedAt }: PlacedRow, leaseEndsAtMs: number): OrderClaim {
  const { learner, payment } = order;
  const lines = order.lines.map((line) => ({
    claimId: line.claimId,
    details: line.details,
    learnerAddress: learner.address,
    mayHaveArrived: false,
    line: newLineSnapshot(line),
  }));
  return {
    order: {
      id: order.id,
      number,
      status: next(ORDER_TRANSITIONS, 'pending', 'pay'),
      currency: order.currency,
      totalMinor: order.totalMinor,
      placedAt,
      learner: { username: learner.username, email: learner.email },
      payment: { processor: payment.processor, reference: payment.reference, status: 'settled' },
      lines: lines.map(({ line }) => line),
    },
    lineCount: lines.length,
    lines,
    leaseEndsAtMs,
  };
}

function newLineSnapshot({ id, sku, productType, title, quantity, unitPriceMinor }: NewLine): LineSnapshot {
  return {
    id,
    sku,
    productType,
    title,
    quantity,
    unitPriceMinor,
    status: next(LINE_TRANSITIONS, 'open', 'claim'),
    attempts: 1,
    failure: null,
    nextAttemptAt: null,
    receipt: null,
  };
}
