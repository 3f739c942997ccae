import { Refusal } from '../cashier/refusal.js';
import type { Cashier } from '../cashier/cashier.js';
import { stripeId } from '../world/ids.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { json } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { confirmIntent } from './confirmation.js';
import { Expansion } from './expansion.js';
import { intentStatus, intentView, secondsOf } from './intent.view.js';
import { fromStripe, unfitAmount } from './stripe.amount.js';
import { missingResource, StripeError } from './stripe.error.js';
import { readForm } from './stripe.form.js';
import { pageOf } from './stripe.list.js';
import { early, StripeParams } from './stripe.params.js';

const CREATION = ['amount', 'currency', 'automatic_payment_methods', 'capture_method', 'confirm', 'confirmation_method', 'description', 'metadata', 'payment_method', 'payment_method_types',
  'payment_method_options', 'receipt_email', 'return_url', 'statement_descriptor', 'statement_descriptor_suffix', 'transfer_group', 'off_session', 'use_stripe_sdk'];
const CANCELABLE = ['unpaid', 'action', 'approved'];
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const;

/** `/v1/payment_intents` and what lies below it. */
export function intentResources(world: World, cashier: Cashier): readonly Resource[] {
  const expansion = new Expansion(world);
  const shown = (payment: Payment, params: StripeParams) => json(200, expansion.expand(intentView(payment), params.list('expand')));
  const found = ({ params }: GatewayCall): Payment => intentOf(world, params['id'] ?? '', 'intent');
  const create = ({ body }: GatewayCall) => {
    const params = new StripeParams(body).allowOnly(...CREATION);
    const payment = cashier.payments.create(creationOf(params));
    return shown(params.flag('confirm') ? confirmIntent(cashier, payment, params) : payment, params);
  };
  const confirm = (call: GatewayCall) => {
    const params = new StripeParams(call.body).allowOnly('payment_method', 'return_url', 'off_session', 'use_stripe_sdk', 'payment_method_types', 'client_secret', 'receipt_email');
    return shown(confirmIntent(cashier, found(call), params), params);
  };
  const cancel = (call: GatewayCall) => {
    const params = new StripeParams(call.body).allowOnly('cancellation_reason');
    return shown(cancelIntent(cashier, found(call), params.oneOf('cancellation_reason', REASONS)), params);
  };
  const list = ({ query, path }: GatewayCall) => {
    const params = new StripeParams(readForm(query)).allowOnly('created', 'limit', 'starting_after', 'ending_before', 'customer');
    const fits = params.range('created');
    const rows = world.payments.newestFirst().filter(({ gateway, createdAt }) => gateway === 'stripe' && fits(secondsOf(createdAt)));
    return json(200, expansion.expand(pageOf(rows, params, intentView, path), params.list('expand')));
  };
  return [
    { path: '/v1/payment_intents', operations: { POST: create, GET: list } },
    { path: '/v1/payment_intents/:id', operations: { GET: (call) => shown(found(call), new StripeParams(readForm(call.query)).allowOnly('client_secret')) } },
    { path: '/v1/payment_intents/:id/confirm', operations: { POST: confirm } },
    { path: '/v1/payment_intents/:id/cancel', operations: { POST: cancel } },
  ];
}

/** @throws {StripeError} when there is no such intent. */
export function intentOf(world: World, id: string, param: string): Payment {
  const payment = world.payments.get(id);
  if (payment?.gateway !== 'stripe') throw missingResource('payment_intent', id, param);
  return payment;
}

function creationOf(params: StripeParams): Parameters<Cashier['payments']['create']>[0] {
  const amount = params.integer('amount');
  if (amount === null) throw early('Missing required param: amount.', 'parameter_missing', 'amount');
  const currency = currencyOf(params.needText('currency'));
  const unfit = unfitAmount(amount, currency);
  if (unfit !== null) throw early(unfit.message, unfit.code, 'amount');
  if (params.oneOf('capture_method', ['automatic', 'automatic_async', 'manual']) === 'manual') throw early('This sandbox captures at once: capture_method=manual is not here.', undefined, 'capture_method');
  const id = stripeId('pi');
  const automatic = params.object('automatic_payment_methods')['enabled'] === 'true' || params.list('payment_method_types').length === 0;
  const stripe = {
    ...{ clientSecret: `${id}_secret_${stripeId('', 25).slice(1)}`, description: params.text('description'), receiptEmail: params.text('receipt_email') },
    ...{ paymentMethod: params.text('payment_method'), paymentMethodTypes: automatic ? ['card', 'link'] : [...params.list('payment_method_types')] },
    ...{ automaticMethods: automatic, cancellationReason: null, returnUrl: params.text('return_url') },
  };
  return { id, gateway: 'stripe', amountMinor: fromStripe(amount, currency), currency, metadata: params.metadata(), stripe, paypal: null };
}

function currencyOf(text: string): string {
  if (!/^[a-z]{3}$/i.test(text)) throw early(`Invalid currency: ${text}. Stripe currently supports these currencies: usd, eur, gbp, jpy and others`, undefined, 'currency');
  return text.toUpperCase();
}

function cancelIntent(cashier: Cashier, payment: Payment, reason: string | null): Payment {
  try {
    return cashier.payments.cancel(payment, reason);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const only = payment.status === 'canceled' ? '' : ' Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.';
    const message = `You cannot cancel this PaymentIntent because it has a status of ${intentStatus(payment)}.${CANCELABLE.includes(payment.status) ? '' : only}`;
    throw new StripeError(message, { code: 'payment_intent_unexpected_state', more: { payment_intent: intentView(payment) } });
  }
}
