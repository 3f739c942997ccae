import { paypalId, stripeId } from '../world/ids.js';
import type { Failure, Payment, Taking } from '../world/records.js';
import type { World } from '../world/world.js';
import type { Announce, Fact } from './fact.js';
import { Refusal } from './refusal.js';

export const CARD_DECLINED: Failure = { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' };
export const AUTHENTICATION_FAILED: Failure = {
  code: 'payment_intent_authentication_failure',
  declineCode: '',
  message: 'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
};

type NewPayment = Pick<Payment, 'gateway' | 'amountMinor' | 'currency' | 'metadata' | 'stripe' | 'paypal'> & { readonly id: string };
type Change = Partial<Pick<Payment, 'status' | 'takings' | 'canceledAt' | 'stripe' | 'paypal'>>;

/** What may happen to a payment before any of it goes back. Every method gives the payment as it then is, or throws a `Refusal`. */
export class PaymentCashier {
  constructor(
    private readonly world: World,
    private readonly announce: Announce,
  ) {}

  create(wish: NewPayment): Payment {
    const now = new Date().toISOString();
    const payment = this.world.payments.put<Payment>({ ...wish, seq: this.world.nextSeq(), status: 'unpaid', createdAt: now, updatedAt: now, canceledAt: null, takings: [] });
    this.announce({ type: 'created', payment });
    return payment;
  }

  /** The buyer has agreed; the shop takes the money later, or never. */
  approve(payment: Payment, declineNext = false): Payment {
    this.need(payment, ['unpaid', 'approved'], 'approved');
    if (payment.paypal === null) throw new Refusal('wrong_state', `${payment.id} is Stripe's: there is nothing to approve, it is paid at once.`);
    return this.move(payment, { status: 'approved', paypal: { ...payment.paypal, declineNext } }, 'approved');
  }

  /** The money is taken. */
  capture(payment: Payment, paymentMethod?: string): Payment {
    this.need(payment, ['unpaid', 'action', 'approved', 'processing'], 'paid');
    const stripe = withMethod(payment, paymentMethod ?? payment.stripe?.paymentMethod ?? stripeId('pm'));
    return this.move(payment, { status: 'captured', takings: withTaking(payment, 'succeeded'), stripe }, 'captured');
  }

  /** The bank says no. The buyer may try again. */
  decline(payment: Payment, failure: Failure = CARD_DECLINED): Payment {
    this.need(payment, ['unpaid', 'action', 'approved', 'processing'], 'declined');
    const paypal = payment.paypal === null ? null : { ...payment.paypal, declineNext: false };
    // An order of PayPal's whose capture was denied in the end stays as it is: there is no second try.
    const status = payment.status === 'processing' && paypal !== null ? 'canceled' : 'unpaid';
    return this.move(payment, { status, takings: withTaking(payment, 'failed', failure), stripe: withMethod(payment, null), paypal }, 'declined');
  }

  /** The bank wants the buyer to prove himself: 3-D Secure. */
  requireAction(payment: Payment, paymentMethod?: string): Payment {
    this.need(payment, ['unpaid', 'action'], 'sent to 3-D Secure');
    if (payment.stripe === null) throw new Refusal('wrong_state', `${payment.id} is PayPal's: the buyer proves himself there.`);
    return this.move(payment, { status: 'action', stripe: withMethod(payment, paymentMethod ?? stripeId('pm')) }, 'action_required');
  }

  /** The money is on its way, which takes its time: a bank debit, a capture under review. `capture` or `decline` ends it. */
  startTaking(payment: Payment): Payment {
    this.need(payment, ['unpaid', 'action', 'approved'], 'under way');
    return this.move(payment, { status: 'processing', takings: withTaking(payment, 'pending'), stripe: withMethod(payment, stripeId('pm')) }, 'processing');
  }

  /** Nobody can pay it any more. */
  cancel(payment: Payment, reason: string | null = null): Payment {
    this.need(payment, ['unpaid', 'action', 'approved'], 'canceled');
    const stripe = payment.stripe === null ? null : { ...payment.stripe, cancellationReason: reason };
    return this.move(payment, { status: 'canceled', canceledAt: new Date().toISOString(), stripe }, 'canceled');
  }

  private need({ id, status }: Payment, allowed: readonly Payment['status'][], what: string): void {
    if (!allowed.includes(status)) throw new Refusal('wrong_state', `${id} is ${status} and cannot be ${what}.`);
  }

  private move(payment: Payment, change: Change, type: Fact['type'] & ('approved' | 'captured' | 'declined' | 'action_required' | 'processing' | 'canceled')): Payment {
    const moved = this.world.payments.put<Payment>({ ...payment, ...change, updatedAt: new Date().toISOString() });
    this.announce({ type, payment: moved });
    return moved;
  }
}

function withMethod({ stripe }: Payment, paymentMethod: string | null): Payment['stripe'] {
  return stripe === null ? null : { ...stripe, paymentMethod };
}

/** The one that is pending comes to its end, or else there is a new one. */
function withTaking({ gateway, takings }: Payment, status: Taking['status'], failure: Failure | null = null): Taking[] {
  const last = takings.at(-1);
  if (last?.status === 'pending') return [...takings.slice(0, -1), { ...last, status, failure }];
  const id = gateway === 'stripe' ? stripeId('ch') : paypalId();
  return [...takings, { id, at: new Date().toISOString(), status, failure, wasPending: status === 'pending' }];
}
