import type { Cashier } from '../cashier/cashier.js';
import { paypalId } from '../world/ids.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { json, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { fieldsAt, isFields, textAt } from '../wire/fields.js';
import { orderView, payerActionUrl, shortOrderView } from './order.view.js';
import { invalidRequest, notFoundResource, unprocessable } from './paypal.error.js';
import { readMoney } from './paypal.money.js';

const LONGEST = 127;

/** `/v2/checkout/orders` and what lies below it. */
export function orderResources(world: World, cashier: Cashier): readonly Resource[] {
  const found = ({ params: { id = '' } }: GatewayCall): Payment => orderOf(world, id);
  const create = (call: GatewayCall): Answer => {
    const payment = cashier.payments.create(creationOf(call.body));
    const view = prefersWhole(call) ? orderView(world, payment, call.origin) : shortOrderView(payment, call.origin);
    return json(201, view, { subject: payment.id });
  };
  const capture = (call: GatewayCall): Answer => {
    const payment = captured(world, cashier, found(call), call.origin);
    return json(201, orderView(world, payment, call.origin), { subject: payment.id });
  };
  return [
    { path: '/v2/checkout/orders', operations: { POST: create } },
    { path: '/v2/checkout/orders/:id', operations: { GET: (call) => json(200, orderView(world, found(call), call.origin)) } },
    { path: '/v2/checkout/orders/:id/capture', operations: { POST: capture } },
  ];
}

export function prefersWhole({ headers }: GatewayCall): boolean {
  return headers['prefer']?.includes('return=representation') === true;
}

/** @throws {PaypalError} when there is no such order. */
export function orderOf(world: World, id: string): Payment {
  const payment = world.payments.get(id);
  if (payment?.gateway !== 'paypal') throw notFoundResource(id);
  return payment;
}

function captured(world: World, cashier: Cashier, payment: Payment, origin: string): Payment {
  if (payment.status === 'unpaid') throw unprocessable('ORDER_NOT_APPROVED');
  if (payment.status === 'canceled') throw unprocessable('ORDER_COMPLETED_OR_VOIDED');
  if (payment.status !== 'approved') throw unprocessable('ORDER_ALREADY_CAPTURED');
  if (payment.paypal?.declineNext === true) {
    cashier.payments.decline(payment);
    throw unprocessable('INSTRUMENT_DECLINED', { links: [{ href: payerActionUrl(payment, origin), rel: 'redirect', method: 'GET' }] });
  }
  return world.ways.captures === 'pending' ? cashier.payments.startTaking(payment) : cashier.payments.capture(payment);
}

function creationOf(body: unknown): Parameters<Cashier['payments']['create']>[0] {
  if (textAt(body, 'intent') === null) throw invalidRequest('MISSING_REQUIRED_PARAMETER', '/intent');
  if (textAt(body, 'intent') !== 'CAPTURE') throw invalidRequest('INVALID_PARAMETER_VALUE', '/intent', textAt(body, 'intent') ?? '');
  const units = isFields(body) ? body['purchase_units'] : undefined;
  const unit: unknown = Array.isArray(units) ? units[0] : undefined;
  if (!isFields(unit)) throw invalidRequest('MISSING_REQUIRED_PARAMETER', '/purchase_units');
  const { amountMinor, currency } = readMoney(unit, '/purchase_units/0/amount');
  const context = fieldsAt(fieldsAt(fieldsAt(body, 'payment_source'), 'paypal'), 'experience_context');
  const paypal = {
    ...{ referenceId: shortText(unit, 'reference_id') ?? 'default', description: shortText(unit, 'description'), payerId: paypalId(13), declineNext: false },
    ...{ returnUrl: addressAt(context, 'return_url'), cancelUrl: addressAt(context, 'cancel_url') },
  };
  return { id: paypalId(), gateway: 'paypal', amountMinor, currency, metadata: ownWordsOf(unit), stripe: null, paypal };
}

/** `custom_id` and `invoice_id`, as far as they are given. */
export function ownWordsOf(holder: unknown): Record<string, string> {
  const [custom_id, invoice_id] = [shortText(holder, 'custom_id'), shortText(holder, 'invoice_id')];
  return { ...(custom_id !== null && { custom_id }), ...(invoice_id !== null && { invoice_id }) };
}

function shortText(holder: unknown, name: string): string | null {
  const value = textAt(holder, name);
  if (value !== null && (value === '' || value.length > LONGEST)) throw invalidRequest('INVALID_STRING_LENGTH', `/purchase_units/0/${name}`, value);
  return value;
}

function addressAt(context: unknown, name: string): string | null {
  const value = textAt(context, name);
  if (value !== null && !(URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) {
    throw invalidRequest('INVALID_PARAMETER_SYNTAX', `/payment_source/paypal/experience_context/${name}`, value);
  }
  return value;
}
