import type { ClaimedLine, OrderSnapshot } from '#orders';
import type { UnguardedRequest } from './guarded-calls.js';

/** What a fulfiller is told of a claimed line. `details` are parsed by the fulfiller's own `parseDetails`. */
export function deliveryRequest(order: OrderSnapshot, claimed: ClaimedLine, details: unknown): UnguardedRequest {
  return {
    idempotencyKey: claimed.line.id,
    orderId: order.id,
    orderNumber: order.number,
    // A copy: a fulfiller may write to a date, and the order's own is in the answer.
    placedAt: new Date(order.placedAt),
    learner: { username: order.learner.username, email: order.learner.email, address: claimed.learnerAddress },
    quantity: claimed.line.quantity,
    details,
    attempt: claimed.line.attempts,
    acceptedReference: claimed.acceptance?.reference ?? null,
  };
}
