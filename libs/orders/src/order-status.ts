import type { LineStatus, OrderEvent, OrderStatus } from './transitions.js';

/** What an order's status follows from. */
export interface LineStanding {
  readonly status: LineStatus;
  readonly failure: object | null;
}

/** The status of a paid order, from all of its lines. Revoked lines count only when there are no others. */
export function deriveOrderStatus(lines: readonly LineStanding[]): Extract<OrderStatus, 'open' | 'complete' | 'fulfillment_error' | 'refunded'> {
  const living = lines.filter(({ status }) => status !== 'revoked');
  if (living.length === 0) return 'refunded';
  if (living.every(({ status }) => status === 'fulfilled')) return 'complete';
  return living.some(({ failure }) => failure !== null) ? 'fulfillment_error' : 'open';
}

const EVENT_TOWARDS = { complete: 'complete', fulfillment_error: 'failFulfillment', refunded: 'refund' } as const;

/**
 * The event that brings an order from its status to the one its lines ask for, or `null` when there is none: the order
 * is there already, or its lines ask for `open`, to which no order goes back.
 */
export function orderEventFor(current: OrderStatus, lines: readonly LineStanding[]): OrderEvent | null {
  const target = deriveOrderStatus(lines);
  return target === 'open' || target === current ? null : EVENT_TOWARDS[target];
}
