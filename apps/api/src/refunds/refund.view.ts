import type { Refund, RefundAttempt, RefundDetail } from '#refunds';

/** Who reads a refund. */
export interface RefundViewer {
  readonly isStaff: boolean;
  readonly username: string;
}

/** What a learner is told of whoever else did something to his refund. */
const ROLE = 'staff';

/** A refund as clients see it. Operators' names and words, and those of gateways and providers, are for operators: a learner reads his own words and how far it is. */
export function refundView(refund: Refund, { isStaff, username }: RefundViewer) {
  const { number, orderNumber, learner, origin, status, amountMinor, currency, access, requestedBy, reason, decidedBy, decisionReason, moneyIsBack, reference, accessNote, failure } = refund;
  const isOwn = isStaff || requestedBy === username;
  return {
    number,
    orderNumber,
    learner,
    origin,
    status,
    amountMinor,
    currency,
    access,
    lines: refund.lines.map(({ lineId, amountMinor: lineMinor }) => ({ lineId, amountMinor: lineMinor })),
    requestedBy: isOwn ? requestedBy : ROLE,
    reason: isOwn ? reason : null,
    decidedBy: isStaff || decidedBy === null ? decidedBy : ROLE,
    decisionReason: isStaff ? decisionReason : null,
    moneyIsBack,
    reference: isStaff ? reference : null,
    accessNote: isStaff ? accessNote : null,
    failure: isStaff ? failure : null,
    attempts: refund.attempts,
    nextAttemptAt: refund.nextAttemptAt?.toISOString() ?? null,
    createdAt: refund.createdAt.toISOString(),
    decidedAt: refund.decidedAt?.toISOString() ?? null,
    moneyAt: refund.moneyAt?.toISOString() ?? null,
    completedAt: refund.completedAt?.toISOString() ?? null,
  };
}

export function refundDetailView(refund: RefundDetail, viewer: RefundViewer) {
  return { ...refundView(refund, viewer), attemptLog: viewer.isStaff ? refund.attemptLog.map(attemptView) : null };
}

function attemptView({ startedAt, endedAt, ...attempt }: RefundAttempt) {
  return { ...attempt, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}

/** Of an order: where to read on. */
export function refundOfOrderView({ number, status, amountMinor }: Refund) {
  return { number, status, amountMinor };
}
