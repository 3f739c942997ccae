import type { Payment } from '#payments';

/** A payment as staff see it. */
export function paymentView(payment: Payment) {
  const { id, orderNumber, processor, status, amountMinor, currency, reference, captureReference, capturedMinor, capturedCurrency, refundedMinor, reservedMinor, declined, openedOrder, parked, owed, failure } = payment;
  return {
    id, orderNumber, processor, status, amountMinor, currency, reference, captureReference, capturedMinor, capturedCurrency, refundedMinor, reservedMinor, declined, openedOrder, parked, owed,
    owedSettledAt: payment.owedSettledAt?.toISOString() ?? null,
    failure,
    createdAt: payment.createdAt.toISOString(),
    capturedAt: payment.capturedAt?.toISOString() ?? null,
  };
}
