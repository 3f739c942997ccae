import type { GatewayRefusal, Meaning } from '../gateway-calls/gateway.refusal.js';

/**
 * What an answer of Stripe means that is not a yes. An idempotency key that is in use is held by another attempt of ours, which may end well; one that was
 * used with other parameters stands for something that arrived.
 */
export const STRIPE_MEANINGS: readonly Meaning[] = [
  { from: 300, to: 399, kind: 'configuration', passing: false, sentence: 'sends us elsewhere, and redirects are not followed: set apiUrl to where it really is' },
  { from: 400, to: 499, codes: ['rate_limit'], kind: 'throttled', passing: true, sentence: 'asks us to slow down' },
  { from: 400, to: 400, codes: ['idempotency_error'], kind: 'rejected', passing: false, mayHaveArrived: true, sentence: 'had this request before with other parameters' },
  { from: 401, to: 401, kind: 'configuration', passing: false, sentence: 'does not accept our secret key: set secretKey to a valid one' },
  { from: 403, to: 403, kind: 'configuration', passing: false, sentence: 'does not let our secret key do this: give it the permission' },
  { from: 408, to: 408, kind: 'server', passing: true, mayHaveArrived: true },
  { from: 409, to: 409, kind: 'server', passing: true, mayHaveArrived: true, sentence: 'is still busy with an earlier attempt' },
  { from: 424, to: 424, kind: 'server', passing: true, mayHaveArrived: true },
  { from: 425, to: 425, kind: 'server', passing: true },
  { from: 429, to: 429, kind: 'throttled', passing: true, sentence: 'asks us to slow down' },
  { from: 400, to: 400, codes: ['amount_too_small', 'amount_too_large'], kind: 'rejected', passing: false, about: 'sum' },
  { from: 400, to: 499, kind: 'rejected', passing: false },
];

type Refused = 'missing' | 'unexpected state' | 'already refunded' | 'declined';

const CODES: Readonly<Record<string, Refused>> = {
  resource_missing: 'missing',
  payment_intent_unexpected_state: 'unexpected state',
  charge_already_refunded: 'already refunded',
  refund_disputed_payment: 'already refunded',
};

/** The refusals after which there is something better to do than to fail. */
export function reasonOf({ code, httpStatus }: GatewayRefusal): Refused | null {
  if (httpStatus === 402) return 'declined';
  return CODES[code ?? ''] ?? null;
}
