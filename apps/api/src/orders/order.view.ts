import type { PaymentStep } from '#checkout';
import type { LineSnapshot, Order, OrderLine, OrderSnapshot } from '#orders';

/** An order as clients see it; `step` is for who has just asked about its payment, and in no list. */
export function orderView(order: OrderSnapshot, step?: PaymentStep) {
  const { number, status, currency, totalMinor, placedAt, lines } = order;
  const learner = { username: order.learner.username, email: order.learner.email };
  return { number, status, currency, totalMinor, placedAt: placedAt.toISOString(), learner, payment: paymentView(order, step), lines: lines.map(lineView) };
}

function paymentView({ payment: { processor, reference, status }, expiresAt }: OrderSnapshot, step?: PaymentStep) {
  return { processor, reference, status, expiresAt: expiresAt?.toISOString() ?? null, ...step };
}

function lineView(line: LineSnapshot) {
  const { id, sku, productType, title, quantity, unitPriceMinor, status, attempts, failure, nextAttemptAt, receipt, acceptedUntil } = line;
  return { id, sku, productType, title, quantity, unitPriceMinor, status, attempts, failure, nextAttemptAt: nextAttemptAt?.toISOString() ?? null, receipt, acceptedUntil: acceptedUntil?.toISOString() ?? null };
}

/** Who reads an order. */
export interface DetailReader {
  readonly isStaff: boolean;
  readonly username: string;
}

/** Staff see all. */
export const STAFF_VIEW: DetailReader = { isStaff: true, username: '' };

/** What a learner is told of others who did something to his order. */
const ROLE = 'staff';

/**
 * An order with everything that happened to it. What was changed by hand, and why, is for operators: it may name another learner,
 * what a product is made of, or what somebody suspects.
 */
export function orderDetailView(order: Order, reader: DetailReader, step?: PaymentStep) {
  const { isStaff } = reader;
  const correctedAt = [...order.history].findLast(({ event }) => event === 'correctLearner')?.at ?? null;
  return {
    ...orderView(order.snapshot(), step),
    lines: order.lines.map((line) => lineDetailView(line, reader, correctedAt)),
    history: order.history.map(({ at, actor, event, fromStatus, toStatus, reason, lineId, change }) => ({
      at: at.toISOString(),
      actor: isStaff || actor === reader.username ? actor : ROLE,
      event,
      from: fromStatus ?? null,
      to: toStatus ?? null,
      reason: (isStaff && reason) || null,
      lineId: lineId ?? null,
      change: (isStaff && change) || null,
    })),
  };
}

function lineDetailView(line: OrderLine, reader: DetailReader, correctedAt: Date | null) {
  const { paidAt, heldAt, givenUpAt, courseId } = line;
  return {
    ...lineView(line.snapshot()),
    paidAt: paidAt?.toISOString() ?? null,
    heldAt: heldAt?.toISOString() ?? null,
    givenUpAt: givenUpAt?.toISOString() ?? null,
    courseId: courseId ?? null,
    attemptLog: attemptLogView(line, reader, correctedAt),
  };
}

function attemptLogView({ attemptLog }: OrderLine, { isStaff }: DetailReader, correctedAt: Date | null) {
  return attemptLog.map(({ startedAt, endedAt, durationMs, outcome, httpStatus, requestedBy, detail, purpose }) => ({
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    durationMs: durationMs ?? null,
    purpose,
    outcome,
    httpStatus: httpStatus ?? null,
    requestedBy: isStaff ? requestedBy : requestedBy.replace(/:.*/s, ''),
    // Before a correction the provider spoke of somebody else.
    detail: isStaff || !correctedAt || startedAt > correctedAt ? (detail ?? null) : null,
  }));
}
