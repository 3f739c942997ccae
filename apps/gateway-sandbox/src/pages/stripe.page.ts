import type { FastifyRequest } from 'fastify';
import { AUTHENTICATION_FAILED } from '../cashier/payment.cashier.js';
import { intentStatus } from '../stripe/intent.view.js';
import type { Payment } from '../world/records.js';
import type { Answer } from '../wire/answer.js';
import { pageAnswer, type Button } from './page.html.js';
import { amountOf, nothingHere, sendBack, type PageParts } from './page.parts.js';

const PAYING: readonly Button[] = [{ name: 'pay', label: 'Pay' }, { name: 'secure', label: 'Pay with 3-D Secure' }, { name: 'decline', label: 'Decline' }];
const PROVING: readonly Button[] = [{ name: 'complete', label: 'Complete authentication' }, { name: 'fail', label: 'Fail authentication' }];

/** What a buyer sees who pays by card: here instead of Stripe.js. Whoever has the client secret may pay. */
export function showIntent({ world }: PageParts, id: string, given: URLSearchParams): Answer {
  const payment = payableBy(world.payments.get(id), given);
  if (payment === null) return nothingHere();
  const buttons = payment.status === 'unpaid' ? PAYING : payment.status === 'action' ? PROVING : [];
  const facts = { Amount: amountOf(payment), For: payment.stripe?.description ?? payment.id, Status: intentStatus(payment), ...payment.metadata };
  const hidden = { client_secret: payment.stripe?.clientSecret ?? '', return_url: given.get('return_url') ?? payment.stripe?.returnUrl ?? '' };
  const declined = payment.status === 'unpaid' ? (payment.takings.at(-1)?.failure?.message ?? '') : '';
  return pageAnswer({ title: 'Pay by card', note: declined, facts, action: `/pay/${encodeURIComponent(id)}`, hidden, buttons });
}

/** @throws {Refusal} when it can no longer be paid. */
export function pressIntent(parts: PageParts, id: string, given: URLSearchParams): Answer {
  const payment = payableBy(parts.world.payments.get(id), given);
  if (payment === null) return nothingHere();
  const after = press(parts, payment, given.get('press') ?? '');
  parts.commit();
  const secret = payment.stripe?.clientSecret ?? '';
  const status = after.status === 'captured' ? 'succeeded' : 'failed';
  const back = after.status === 'action' ? null : sendBack(given.get('return_url'), { payment_intent: id, payment_intent_client_secret: secret, redirect_status: status });
  return back ?? showIntent(parts, id, given);
}

function press({ cashier: { payments } }: PageParts, payment: Payment, button: string): Payment {
  switch (button) {
    case 'pay':
    case 'complete':
      return payments.capture(payment);
    case 'secure':
      return payments.requireAction(payment);
    case 'decline':
      return payments.decline(payment);
    case 'fail':
      return payments.decline(payment, AUTHENTICATION_FAILED);
    default:
      return payment;
  }
}

function payableBy(payment: Payment | undefined, given: URLSearchParams): Payment | null {
  return payment?.stripe?.clientSecret !== undefined && payment.stripe.clientSecret === given.get('client_secret') ? payment : null;
}

export function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(url.split('?')[1] ?? '');
}
