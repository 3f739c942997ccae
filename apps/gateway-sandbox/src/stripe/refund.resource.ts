import { takingOf } from '../cashier/balance.js';
import type { Cashier } from '../cashier/cashier.js';
import { Refusal } from '../cashier/refusal.js';
import type { Payment, Refund } from '../world/records.js';
import type { World } from '../world/world.js';
import { json } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { chargeOf } from './charge.resource.js';
import { Expansion } from './expansion.js';
import { intentOf } from './intent.resource.js';
import { secondsOf } from './intent.view.js';
import { refundView } from './return.view.js';
import { fromStripe, inWords, stepOf, toStripe } from './stripe.amount.js';
import { missingResource, refundRefused, StripeError } from './stripe.error.js';
import { readForm } from './stripe.form.js';
import { pageOf } from './stripe.list.js';
import { early, StripeParams } from './stripe.params.js';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** `/v1/refunds` and what lies below it. */
export function refundResources(world: World, cashier: Cashier): readonly Resource[] {
  const expansion = new Expansion(world);
  const shown = (refund: Refund, params: StripeParams) => json(200, expansion.expand(viewOf(world, refund), params.list('expand')));
  const create = ({ body }: GatewayCall) => {
    const params = new StripeParams(body).allowOnly('payment_intent', 'charge', 'amount', 'metadata', 'reason');
    return shown(refundOf(cashier, paidBy(world, params), params), params);
  };
  const get = ({ params: { id = '' }, query }: GatewayCall) => {
    const refund = world.refunds.get(id);
    if (refund === undefined || world.payments.get(refund.paymentId)?.gateway !== 'stripe') throw missingResource('refund', id, 'id');
    return shown(refund, new StripeParams(readForm(query)).allowOnly());
  };
  const list = ({ query, path }: GatewayCall) => {
    const params = new StripeParams(readForm(query)).allowOnly('payment_intent', 'charge', 'created', 'limit', 'starting_after', 'ending_before');
    const payment = params.text('payment_intent') === null && params.text('charge') === null ? null : paidBy(world, params);
    const fits = params.range('created');
    const rows = world.refunds.newestFirst().filter((refund) => isStripes(world, refund) && (payment === null || refund.paymentId === payment.id) && fits(secondsOf(refund.createdAt)));
    return json(200, expansion.expand(pageOf(rows, params, (refund) => viewOf(world, refund), path), params.list('expand')));
  };
  return [
    { path: '/v1/refunds', operations: { POST: create, GET: list } },
    { path: '/v1/refunds/:id', operations: { GET: get } },
  ];
}

function refundOf(cashier: Cashier, payment: Payment, params: StripeParams): Refund {
  const amount = params.integer('amount');
  if (amount !== null && amount < 1) throw early('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'amount');
  if (amount !== null && amount % stepOf(payment.currency) !== 0) throw early(`Invalid amount: ${amount} must be a multiple of ${stepOf(payment.currency)}.`, 'invalid_charge_amount', 'amount');
  const { currency } = payment;
  const wish = { origin: 'api', metadata: params.metadata(), reason: params.oneOf('reason', REASONS), amountMinor: amount === null ? undefined : fromStripe(amount, currency) } as const;
  try {
    return cashier.refunds.refund(payment, wish);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const money = (minor: number): string => inWords(toStripe(minor, currency), currency);
    throw refundRefused(thrown, { paymentId: payment.id, chargeId: takingOf(payment)?.id ?? '', money }, wish.amountMinor ?? 0);
  }
}

function paidBy(world: World, params: StripeParams): Payment {
  const [intent, charge] = [params.text('payment_intent'), params.text('charge')];
  if (intent !== null) return intentOf(world, intent, 'payment_intent');
  if (charge !== null) return chargeOf(world, charge, 'charge').payment;
  throw new StripeError('One of the following params should be provided for this request: payment_intent or charge.', { early: true });
}

function isStripes(world: World, { paymentId }: Refund): boolean {
  return world.payments.get(paymentId)?.gateway === 'stripe';
}

function viewOf(world: World, refund: Refund): Record<string, unknown> {
  return refundView(intentOf(world, refund.paymentId, 'payment_intent'), refund);
}
