import type { Cashier } from '../cashier/cashier.js';
import { CARD_DECLINED } from '../cashier/payment.cashier.js';
import type { Failure, Payment } from '../world/records.js';
import { cardErrorOf, intentStatus, intentView } from './intent.view.js';
import { StripeError } from './stripe.error.js';
import type { StripeParams } from './stripe.params.js';

/** Stripe's test cards that say no, by a part of their payment method's name. */
const DECLINING: readonly (readonly [string, Failure])[] = [
  ['InsufficientFunds', { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' }],
  ['ExpiredCard', { code: 'expired_card', declineCode: '', message: 'Your card has expired.' }],
  ['Declined', CARD_DECLINED],
];
const WANTING_ACTION = /authenticationRequired|threeDSecure/i;
const MISSING_METHOD = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.";

/** Tries to take the money with the payment method that is given, or was. @throws {StripeError} when it cannot be, and 402 when the card is declined. */
export function confirmIntent(cashier: Cashier, payment: Payment, params: StripeParams): Payment {
  if (payment.status !== 'unpaid' && payment.status !== 'action') {
    const message = payment.status === 'captured' ? 'it has already succeeded after being previously confirmed' : `it has a status of ${intentStatus(payment)}`;
    throw unexpected(payment, `You cannot confirm this PaymentIntent because ${message}.`);
  }
  const method = params.text('payment_method') ?? payment.stripe?.paymentMethod ?? null;
  if (method === null) throw unexpected(payment, MISSING_METHOD);
  if (WANTING_ACTION.test(method)) return cashier.payments.requireAction(payment, method);
  const failure = DECLINING.find(([part]) => method.includes(part))?.[1];
  return failure === undefined ? cashier.payments.capture(payment, method) : decline(cashier, payment, failure);
}

function decline(cashier: Cashier, payment: Payment, failure: Failure): never {
  const declined = cashier.payments.decline(payment, failure);
  const { message, ...more } = cardErrorOf(declined.takings.at(-1) ?? { id: '', at: '', status: 'failed', wasPending: false, failure });
  throw new StripeError(String(message), { status: 402, type: 'card_error', more: { ...more, payment_intent: intentView(declined) } });
}

function unexpected(payment: Payment, message: string): StripeError {
  return new StripeError(message, { code: 'payment_intent_unexpected_state', more: { payment_intent: intentView(payment) } });
}
