import { orderStatus } from '../paypal/order.view.js';
import type { Answer } from '../wire/answer.js';
import { pageAnswer, type Button } from './page.html.js';
import { amountOf, nothingHere, sendBack, type PageParts } from './page.parts.js';

const BUTTONS: readonly Button[] = [{ name: 'approve', label: 'Approve' }, { name: 'decline', label: 'Approve with a card that is declined' }, { name: 'cancel', label: 'Cancel' }];

/** What a buyer sees at PayPal's. */
export function showOrder({ world }: PageParts, token: string): Answer {
  const payment = world.payments.get(token);
  if (payment?.gateway !== 'paypal') return nothingHere();
  const facts = { Amount: amountOf(payment), For: payment.paypal?.description ?? payment.id, Status: orderStatus(payment), ...payment.metadata };
  const buttons = payment.status === 'unpaid' || payment.status === 'approved' ? BUTTONS : [];
  return pageAnswer({ title: 'Pay with PayPal', note: '', facts, action: '/checkoutnow', hidden: { token }, buttons });
}

/** @throws {Refusal} when it can no longer be approved. */
export function pressOrder(parts: PageParts, given: URLSearchParams): Answer {
  const token = given.get('token') ?? '';
  const payment = parts.world.payments.get(token);
  if (payment?.paypal === undefined || payment.paypal === null) return nothingHere();
  const { returnUrl, cancelUrl, payerId } = payment.paypal;
  const button = given.get('press');
  // A buyer who cancels only goes back to the shop: the order stays, and he may come again.
  if (button === 'cancel') return sendBack(cancelUrl, { token }) ?? showOrder(parts, token);
  if (button !== 'approve' && button !== 'decline') return showOrder(parts, token);
  parts.cashier.payments.approve(payment, button === 'decline');
  parts.commit();
  return sendBack(returnUrl, { token, PayerID: payerId }) ?? showOrder(parts, token);
}
