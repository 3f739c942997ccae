import { refundsOf } from '../cashier/balance.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { captureView, link, paypalTime, refundView, shownTakings } from './capture.view.js';
import { paypalMoney } from './paypal.money.js';

type View = Record<string, unknown>;
const BUYER = { name: { given_name: 'Sandbox', surname: 'Buyer' }, email_address: 'buyer@example.com', address: { country_code: 'US' } };

export function orderStatus(payment: Payment): string {
  switch (payment.status) {
    case 'approved':
      return 'APPROVED';
    case 'captured':
    case 'processing':
      return 'COMPLETED';
    case 'canceled':
      // A capture that was denied in the end leaves the order as it was.
      return shownTakings(payment).length > 0 ? 'COMPLETED' : 'VOIDED';
    default:
      return 'PAYER_ACTION_REQUIRED';
  }
}

/** Where the buyer agrees. */
export function payerActionUrl({ id }: Payment, origin: string): string {
  return `${origin}/checkoutnow?token=${id}`;
}

/** A payment as PayPal's order, with the captures and refunds of it. */
export function orderView(world: World, payment: Payment, origin: string): View {
  const { id, paypal, createdAt, updatedAt } = payment;
  const agreed = !['unpaid', 'canceled'].includes(payment.status);
  const account = { email_address: BUYER.email_address, account_id: paypal?.payerId ?? '', account_status: 'VERIFIED', name: BUYER.name, address: BUYER.address };
  return {
    ...{ id, intent: 'CAPTURE', status: orderStatus(payment), payment_source: { paypal: agreed ? account : {} } },
    purchase_units: [unitView(world, payment, origin)],
    ...(agreed && { payer: { ...BUYER, payer_id: paypal?.payerId ?? '' } }),
    ...{ create_time: paypalTime(createdAt), update_time: paypalTime(updatedAt), links: linksOf(payment, origin) },
  };
}

/** What PayPal answers to a creation, unless the caller prefers the whole. */
export function shortOrderView(payment: Payment, origin: string): View {
  return { id: payment.id, status: orderStatus(payment), payment_source: { paypal: {} }, links: linksOf(payment, origin) };
}

function unitView(world: World, payment: Payment, origin: string): View {
  const { paypal, metadata, amountMinor, currency } = payment;
  const captures = shownTakings(payment).map((taking) => captureView(world, payment, taking, origin));
  const refunds = refundsOf(world, payment).map((refund) => refundView(world, payment, refund, origin));
  return {
    reference_id: paypal?.referenceId ?? 'default',
    amount: paypalMoney(amountMinor, currency),
    payee: { email_address: 'merchant@example.com', merchant_id: 'SANDBOXMERCH1' },
    ...(paypal !== null && paypal.description !== null && { description: paypal.description }),
    ...metadata,
    ...(captures.length > 0 && { payments: { captures, ...(refunds.length > 0 && { refunds }) } }),
  };
}

function linksOf(payment: Payment, origin: string): readonly unknown[] {
  const self = `${origin}/v2/checkout/orders/${payment.id}`;
  if (payment.status === 'unpaid') return [link(self, 'self'), link(payerActionUrl(payment, origin), 'payer-action')];
  if (payment.status !== 'approved') return [link(self, 'self')];
  return [link(self, 'self'), link(self, 'update', 'PATCH'), link(`${self}/capture`, 'capture', 'POST')];
}
