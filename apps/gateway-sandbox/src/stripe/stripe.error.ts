import { Refusal } from '../cashier/refusal.js';
import { json, type Answer } from '../wire/answer.js';

export interface StripeErrorFacts {
  readonly status?: number;
  readonly type?: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';
  readonly code?: string;
  readonly param?: string;
  /** Further members of the error: `decline_code`, `charge`, `payment_intent`. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Found before the work began: then nothing is kept under the idempotency key. */
  readonly early?: boolean;
}

/** Stripe says no, in the form of its errors. */
export class StripeError extends Error {
  override readonly name = 'StripeError';

  constructor(
    message: string,
    private readonly facts: StripeErrorFacts = {},
  ) {
    super(message);
  }

  answer(requestId: string): Answer {
    const { status = 400, type = 'invalid_request_error', code, param, more = {}, early = false } = this.facts;
    const documented = code === undefined ? {} : { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` };
    const error = { ...documented, message: this.message, ...(param !== undefined && { param }), ...more, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`, type };
    return json(status, { error }, { kept: !early });
  }
}

export function missingResource(kind: string, id: string, param: string): StripeError {
  return new StripeError(`No such ${kind}: '${id}'`, { status: 404, code: 'resource_missing', param });
}

/** A refusal of the cashier, in Stripe's words. */
export function refundRefused(refusal: Refusal, { paymentId, chargeId, money }: { paymentId: string; chargeId: string; money: (minor: number) => string }, asked: number): StripeError {
  switch (refusal.code) {
    case 'already_refunded':
      return new StripeError(`Charge ${chargeId} has already been refunded.`, { code: 'charge_already_refunded' });
    case 'disputed':
      return new StripeError(`Charge ${chargeId} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
    case 'too_much':
      return new StripeError(`Refund amount (${money(asked)}) is greater than unrefunded amount on charge (${money(refusal.remainingMinor ?? 0)})`, { param: 'amount' });
    default:
      return new StripeError(`This PaymentIntent (${paymentId}) does not have a successful charge to refund.`, { param: 'payment_intent' });
  }
}
