import type { Order, OrderLine } from '#orders';
import type { Payment } from '#payments';
import type { Refund } from '#refunds';
import { refundOutlook } from '../refunds/refund-outlook.js';
import { lineOutlook } from './line-outlook.js';

export type OrderReport = ReturnType<typeof orderReport>;
export type LineReport = OrderReport['lines'][number];

/** What came in for an order, and what went back. */
export interface OrderMoney {
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
}

/** Everything about an order, in plain data, and for each line and refund what is to be expected. `now` is the database's. */
export function orderReport(order: Order, { payments, refunds }: OrderMoney, now: Date) {
  const { placedBy, emailOptIn } = order;
  const history = order.history.map(({ at, actor, event, fromStatus, toStatus, reason, lineId, change }) => ({
    at,
    actor,
    event,
    from: fromStatus ?? null,
    to: toStatus ?? null,
    reason: reason ?? null,
    lineId: lineId ?? null,
    change: change ?? null,
  }));
  const lines = order.lines.map((line) => {
    const facts = { ...lineReport(line), orderNumber: order.number, orderStatus: order.status, history: history.filter(({ lineId }) => lineId === line.id) };
    return { ...lineReport(line), outlook: lineOutlook(facts, now) };
  });
  return { readAt: now, ...order.snapshot(), placedBy, emailOptIn, lines, payments, refunds: refunds.map((refund) => ({ ...refund, outlook: refundOutlook(refund, now) })), history };
}

function lineReport(line: OrderLine) {
  return {
    ...line.snapshot(),
    position: line.position,
    productId: line.productId,
    courseId: line.courseId ?? null,
    details: line.details,
    paidAt: line.paidAt ?? null,
    retrySince: line.retrySince ?? null,
    tries: line.tries,
    lostLeases: line.lostLeases,
    mayHaveArrived: line.mayHaveArrived,
    heldAt: line.heldAt ?? null,
    givenUpAt: line.givenUpAt ?? null,
    claimPurpose: line.claimPurpose ?? null,
    leaseUntil: line.leaseUntil ?? null,
    attemptLog: line.attemptLog.map(({ startedAt, endedAt, durationMs, purpose, outcome, httpStatus, requestedBy, detail }) => ({
      startedAt,
      endedAt: endedAt ?? null,
      durationMs: durationMs ?? null,
      purpose,
      outcome,
      httpStatus: httpStatus ?? null,
      requestedBy,
      detail: detail ?? null,
    })),
  };
}
