import { balanceOf, refundsOf } from '../cashier/balance.js';
import type { Payment, Refund, Taking } from '../world/records.js';
import type { World } from '../world/world.js';
import { paypalMoney } from './paypal.money.js';

type View = Record<string, unknown>;

/** Those that PayPal shows: not the tries that were refused at once. */
export function shownTakings({ takings }: Payment): readonly Taking[] {
  return takings.filter(({ status, wasPending }) => status !== 'failed' || wasPending);
}

/** One try to take a payment, as PayPal's capture. */
export function captureView(world: World, payment: Payment, taking: Taking, origin: string): View {
  const { id, at, status } = taking;
  const amount = paypalMoney(payment.amountMinor, payment.currency);
  const self = `${origin}/v2/payments/captures/${id}`;
  return {
    ...{ id, status: captureStatus(world, payment, taking), ...(status === 'pending' && { status_details: { reason: 'PENDING_REVIEW' } }), amount, final_capture: true },
    seller_protection: { status: 'ELIGIBLE', dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'] },
    ...(status === 'succeeded' && { seller_receivable_breakdown: { gross_amount: amount, paypal_fee: paypalMoney(0, payment.currency), net_amount: amount } }),
    ...ownWords(payment.metadata),
    supplementary_data: { related_ids: { order_id: payment.id } },
    ...{ create_time: paypalTime(at), update_time: paypalTime(payment.updatedAt) },
    links: [link(self, 'self'), link(`${self}/refund`, 'refund', 'POST'), link(`${origin}/v2/checkout/orders/${payment.id}`, 'up')],
  };
}

function captureStatus(world: World, payment: Payment, { status }: Taking): string {
  if (status !== 'succeeded') return status === 'pending' ? 'PENDING' : 'DECLINED';
  const { refundedMinor, pendingMinor, capturedMinor } = balanceOf(world, payment);
  const returned = refundedMinor - pendingMinor;
  if (returned === 0) return 'COMPLETED';
  return returned < capturedMinor ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}

/** PayPal's refund. */
export function refundView(world: World, payment: Payment, refund: Refund, origin: string): View {
  const { id, amountMinor, status, metadata, createdAt, updatedAt, reason, failureReason } = refund;
  const money = (minor: number) => paypalMoney(minor, payment.currency);
  const sofar = refundsOf(world, payment).filter((other) => other.status !== 'failed' && other.seq <= refund.seq);
  const captureId = shownTakings(payment).at(-1)?.id ?? '';
  return {
    ...{ id, amount: money(amountMinor) },
    seller_payable_breakdown: { gross_amount: money(amountMinor), paypal_fee: money(0), net_amount: money(amountMinor), total_refunded_amount: money(sofar.reduce((sum, other) => sum + other.amountMinor, 0)) },
    ...ownWords(metadata),
    ...(reason !== null && { note_to_payer: reason }),
    status: { pending: 'PENDING', succeeded: 'COMPLETED', failed: 'FAILED' }[status],
    ...(status === 'pending' && { status_details: { reason: 'ECHECK' } }),
    ...(failureReason !== null && { status_details: { reason: failureReason } }),
    ...{ create_time: paypalTime(createdAt), update_time: paypalTime(updatedAt) },
    links: [link(`${origin}/v2/payments/refunds/${id}`, 'self'), link(`${origin}/v2/payments/captures/${captureId}`, 'up')],
  };
}

/** What the shop had written down with it. */
function ownWords({ custom_id, invoice_id }: Readonly<Record<string, string>>): View {
  return { ...(invoice_id !== undefined && { invoice_id }), ...(custom_id !== undefined && { custom_id }) };
}

/** Without milliseconds. */
export function paypalTime(instant: string): string {
  return `${instant.slice(0, 19)}Z`;
}

export function link(href: string, rel: string, method = 'GET'): { readonly href: string; readonly rel: string; readonly method: string } {
  return { href, rel, method };
}
