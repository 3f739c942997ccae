import { takingOf } from '../cashier/balance.js';
import type { Fact } from '../cashier/fact.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { chargeView } from './charge.view.js';
import { intentView } from './intent.view.js';
import { disputeView, refundView } from './return.view.js';

export const STRIPE_API_VERSION = '2026-10-28.endive';

/** One event to be told of: its type, and the object as it is now. */
export interface Told {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Which events Stripe makes of a fact. */
export function stripeEvents(world: World, fact: Fact): readonly Told[] {
  if ('refund' in fact) return refundEvents(world, fact);
  if ('dispute' in fact) return disputeEvents(fact);
  const { payment } = fact;
  const intent = (type: string): Told => ({ type: `payment_intent.${type}`, object: intentView(payment) });
  switch (fact.type) {
    case 'created':
      return [intent('created')];
    case 'captured':
      return [...chargeTold(world, payment, 'charge.succeeded'), intent('succeeded')];
    case 'declined':
      return [...chargeTold(world, payment, 'charge.failed'), intent('payment_failed')];
    case 'action_required':
      return [intent('requires_action')];
    case 'processing':
      return [...chargeTold(world, payment, 'charge.pending'), intent('processing')];
    case 'canceled':
      return [intent('canceled')];
    case 'approved':
      return [];
  }
}

function refundEvents(world: World, { type, payment, refund }: Extract<Fact, { readonly refund: unknown }>): readonly Told[] {
  const told = (name: string): Told => ({ type: `refund.${name}`, object: refundView(payment, refund) });
  if (type === 'refund_created') return [told('created'), ...refundedCharge(world, payment)];
  return type === 'refund_failed' ? [told('updated'), told('failed')] : [told('updated')];
}

function disputeEvents({ type, payment, dispute }: Extract<Fact, { readonly dispute: unknown }>): readonly Told[] {
  const told = (name: string): Told => ({ type: `charge.dispute.${name}`, object: disputeView(payment, dispute) });
  if (type === 'dispute_opened') return [told('created'), told('funds_withdrawn')];
  return dispute.status === 'won' ? [told('funds_reinstated'), told('closed')] : [told('closed')];
}

function chargeTold(world: World, payment: Payment, type: string): readonly Told[] {
  const taking = payment.takings.at(-1);
  return taking === undefined ? [] : [{ type, object: chargeView(world, payment, taking) }];
}

function refundedCharge(world: World, payment: Payment): readonly Told[] {
  const taking = takingOf(payment);
  return taking === undefined ? [] : [{ type: 'charge.refunded', object: chargeView(world, payment, taking) }];
}
