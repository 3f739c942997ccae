import type { InboxEvent } from '#payments';

export function paymentEventView({ id, processor, eventId, type, status, detail, subject, attempts, deliveries, receivedAt, processedAt, nextAttemptAt }: InboxEvent) {
  const { paymentId, reference: paymentReference, captureReference, orderNumber } = subject;
  return {
    id,
    processor,
    eventId,
    type,
    status,
    detail,
    paymentId,
    paymentReference,
    captureReference,
    orderNumber,
    attempts,
    deliveries,
    receivedAt: receivedAt.toISOString(),
    processedAt: processedAt?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
