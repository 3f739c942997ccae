import { DomainError } from '#orders';
import type { GatewayFailure } from '#payments';

/** The order does not wait for money. */
export class OrderNotPayableError extends DomainError {
  readonly code = 'order_not_payable';

  constructor(number: string, why: 'expired' | 'in_question') {
    super(`Order ${number} cannot be paid for: ${WHY[why]}`);
  }
}

const WHY = {
  expired: 'its time is over. Place a new one. Money that still arrives for it goes back, or our staff look at it.',
  in_question: 'money has arrived that does not open it, and our staff look at it.',
} as const;

/** What was ordered costs something else by now, or is not sold any more. The order is ended, and nothing was paid. */
export class OrderOutdatedError extends DomainError {
  constructor(
    readonly code: 'price_changed' | 'no_longer_sold',
    number: string,
    fact: string,
  ) {
    super(`${fact} Order ${number} was called off, and nothing was paid for it: place a new one.`);
  }
}

/** The order's payment is under way at its gateway, so no other can be begun. */
export class PaymentUnderWayError extends DomainError {
  readonly code = 'payment_under_way';

  constructor(number: string) {
    super(`A payment of order ${number} is under way and cannot be called off just now. Look at the order again in a moment.`);
  }
}

/** The gateway could not be asked. What it knows is read back by itself, until the order's time is over. */
export class GatewayUnavailableError extends DomainError {
  readonly code: 'gateway_unavailable' | 'gateway_failed';
  /** In milliseconds; null where waiting helps nothing. */
  readonly retryAfterMs: number | null;

  constructor(failure: Pick<GatewayFailure, 'passing' | 'retryAfterMs' | 'about'> | null, options?: ErrorOptions) {
    super(failure?.passing ? 'The payment gateway could not be asked just now. Try again in a moment; how the payment stands is read back by itself.' : `${notTaken(failure)} Another payment processor may.`, options);
    this.code = failure?.passing ? 'gateway_unavailable' : 'gateway_failed';
    this.retryAfterMs = failure?.passing ? (failure.retryAfterMs ?? USUAL_WAIT_MS) : null;
  }
}

const USUAL_WAIT_MS = 5_000;

/** Why a gateway will not deal with a payment, in words for its buyer: what it said itself is for operators. */
export function notTaken(failure: Pick<GatewayFailure, 'about'> | null): string {
  return failure?.about === 'sum' ? 'The payment gateway does not take this amount or currency.' : 'The payment gateway does not deal with this payment.';
}
