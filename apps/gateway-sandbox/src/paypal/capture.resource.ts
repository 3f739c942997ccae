import type { Cashier } from '../cashier/cashier.js';
import { Refusal, type RefusalCode } from '../cashier/refusal.js';
import type { Payment, Refund, Taking } from '../world/records.js';
import type { World } from '../world/world.js';
import { json, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { textAt } from '../wire/fields.js';
import { captureView, refundView, shownTakings } from './capture.view.js';
import { ownWordsOf, prefersWhole } from './order.resource.js';
import { notFoundResource, unprocessable } from './paypal.error.js';
import { readMoney } from './paypal.money.js';

const ISSUES: Partial<Record<RefusalCode, string>> = {
  already_refunded: 'CAPTURE_FULLY_REFUNDED',
  too_much: 'REFUND_AMOUNT_EXCEEDED',
  disputed: 'REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK',
  not_captured: 'CAPTURE_STATUS_NOT_VALID',
};

/** `/v2/payments/captures` and `/v2/payments/refunds`. */
export function captureResources(world: World, cashier: Cashier): readonly Resource[] {
  const get = ({ params: { id = '' }, origin }: GatewayCall): Answer => {
    const { payment, taking } = captureOf(world, id);
    return json(200, captureView(world, payment, taking, origin));
  };
  const refund = (call: GatewayCall): Answer => {
    const { payment } = captureOf(world, call.params['id'] ?? '');
    const made = refunded(cashier, payment, call.body);
    const { id, status, links } = refundView(world, payment, made, call.origin);
    return json(201, prefersWhole(call) ? refundView(world, payment, made, call.origin) : { id, status, links }, { subject: made.id });
  };
  const getRefund = ({ params: { id = '' }, origin }: GatewayCall): Answer => {
    const found = world.refunds.get(id);
    const payment = found && world.payments.get(found.paymentId);
    if (found === undefined || payment?.gateway !== 'paypal') throw notFoundResource(id);
    return json(200, refundView(world, payment, found, origin));
  };
  return [
    { path: '/v2/payments/captures/:id', operations: { GET: get } },
    { path: '/v2/payments/captures/:id/refund', operations: { POST: refund } },
    { path: '/v2/payments/refunds/:id', operations: { GET: getRefund } },
  ];
}

/** @throws {PaypalError} when there is no such capture. */
function captureOf(world: World, id: string): { readonly payment: Payment; readonly taking: Taking } {
  const payment = world.payments.all().find((one) => one.gateway === 'paypal' && shownTakings(one).some((taking) => taking.id === id));
  const taking = payment?.takings.find((one) => one.id === id);
  if (payment === undefined || taking === undefined) throw notFoundResource(id);
  return { payment, taking };
}

function refunded(cashier: Cashier, payment: Payment, body: Readonly<Record<string, unknown>>): Refund {
  const money = body['amount'] === undefined ? null : readMoney(body, '/amount');
  if (money !== null && money.currency !== payment.currency) throw unprocessable('REFUND_CAPTURE_CURRENCY_MISMATCH', { field: '/amount/currency_code', value: money.currency });
  try {
    return cashier.refunds.refund(payment, { origin: 'api', amountMinor: money?.amountMinor, metadata: ownWordsOf(body), reason: textAt(body, 'note_to_payer') });
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw unprocessable(ISSUES[thrown.code] ?? 'CAPTURE_STATUS_NOT_VALID');
  }
}
