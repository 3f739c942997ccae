import type { Fact } from '../cashier/fact.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { captureView, refundView } from './capture.view.js';
import { paypalDisputeView } from './dispute.resource.js';
import { orderView } from './order.view.js';

/** One event to be told of: its type, and the object as it is now. */
export interface Told {
  readonly type: string;
  readonly kind: 'checkout-order' | 'capture' | 'refund' | 'dispute';
  readonly object: Readonly<Record<string, unknown>>;
  readonly summary: string;
}

/** Which events PayPal makes of a fact. */
export function paypalEvents(world: World, fact: Fact, origin: string): readonly Told[] {
  if ('refund' in fact) return [refundTold(world, fact, origin)];
  const { payment } = fact;
  if ('dispute' in fact) {
    const [type, summary] = fact.type === 'dispute_opened' ? ['CREATED', 'A new dispute opened'] : ['RESOLVED', 'A dispute was resolved'];
    return [{ type: `CUSTOMER.DISPUTE.${type}`, kind: 'dispute', object: paypalDisputeView(payment, fact.dispute, origin), summary }];
  }
  switch (fact.type) {
    case 'approved':
      return [{ type: 'CHECKOUT.ORDER.APPROVED', kind: 'checkout-order', object: orderView(world, payment, origin), summary: 'An order has been approved by buyer' }];
    case 'canceled':
      return [{ type: 'CHECKOUT.ORDER.VOIDED', kind: 'checkout-order', object: orderView(world, payment, origin), summary: 'An order has been voided' }];
    case 'captured':
      return captureTold(world, payment, origin, 'COMPLETED');
    case 'processing':
      return captureTold(world, payment, origin, 'PENDING');
    case 'declined':
      // A try that was refused at once left no capture of which to tell.
      return payment.takings.at(-1)?.wasPending === true ? captureTold(world, payment, origin, 'DENIED') : [];
    default:
      return [];
  }
}

function captureTold(world: World, payment: Payment, origin: string, word: string): readonly Told[] {
  const taking = payment.takings.at(-1);
  if (taking === undefined) return [];
  return [{ type: `PAYMENT.CAPTURE.${word}`, kind: 'capture', object: captureView(world, payment, taking, origin), summary: `Payment ${word.toLowerCase()}` }];
}

function refundTold(world: World, { payment, refund }: Extract<Fact, { readonly refund: unknown }>, origin: string): Told {
  const type = { pending: 'PAYMENT.REFUND.PENDING', succeeded: 'PAYMENT.CAPTURE.REFUNDED', failed: 'PAYMENT.REFUND.FAILED' }[refund.status];
  return { type, kind: 'refund', object: refundView(world, payment, refund, origin), summary: `A refund was ${refund.status}` };
}
