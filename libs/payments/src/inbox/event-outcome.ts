import type { WebhookSubject } from '../contract/webhook-event.js';
import type { Payment } from '../ledger/payment.js';
import type { InboxEvent, InboxStatus } from './inbox-event.js';

/** What a look at an event came to. */
export interface EventOutcome {
  readonly status: InboxStatus;
  /** In words, for operators. */
  readonly detail: string;
  /** When it is looked at again; null unless it is still `received`. */
  readonly inMs: number | null;
}

/** How its payment stands, now that it was read back. */
export function done({ id, orderNumber, status }: Payment): EventOutcome {
  return { status: 'processed', detail: `Payment ${id} of order ${orderNumber} was read back: ${status}.`, inMs: null };
}

export function parked(detail: string): EventOutcome {
  return { status: 'parked', detail, inMs: null };
}

export function ignored(): EventOutcome {
  return { status: 'ignored', detail: 'It names no payment.', inMs: null };
}

/** Null where it is not to be tried again by itself. */
export function again(inMs: number | null, detail: string): EventOutcome | null {
  return inMs === null ? null : { status: 'received', detail, inMs };
}

/** It is about a payment that we do not have. */
export function stranger({ processor, subject }: InboxEvent): EventOutcome {
  const { paymentId, reference, captureReference, orderNumber } = subject;
  const named = [['payment', paymentId], ['reference', reference], ['capture', captureReference], ['order', orderNumber]].flatMap(([what, name]) => (name ? [`${what ?? ''} ${name}`] : []));
  return parked(`No payment of ours by ${processor} is known by it (${named.join(', ')}). Does another service take money through the same account, or does the gateway send this to the wrong address?`);
}

/** What an event says of a payment that cannot be so, in a sentence; null where nothing is wrong. */
export function contradiction({ orderNumber, reference }: Pick<WebhookSubject, 'orderNumber' | 'reference'>, payment: Pick<Payment, 'id' | 'orderNumber' | 'reference'>): string | null {
  if (orderNumber !== null && orderNumber !== payment.orderNumber) return `It names order ${orderNumber}, but payment ${payment.id} belongs to another order, ${payment.orderNumber}.`;
  // Money that the gateway took twice for one payment of ours must not be passed over by reading back the other one.
  if (reference !== null && payment.reference !== null && reference !== payment.reference) return `It names ${reference}, but payment ${payment.id} of order ${payment.orderNumber} is ${payment.reference} at the gateway. See there whether money was taken by both.`;
  return null;
}
