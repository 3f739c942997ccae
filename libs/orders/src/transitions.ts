import { DomainError } from './orders.errors.js';

export const ORDER_STATUSES = ['pending', 'open', 'complete', 'fulfillment_error', 'refunded', 'payment_error', 'expired'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type OrderEvent = 'pay' | 'failPayment' | 'awaitPayment' | 'expire' | 'complete' | 'failFulfillment' | 'refund';

export const LINE_STATUSES = ['open', 'fulfilling', 'accepted', 'fulfilled', 'failed', 'revoked'] as const;
export type LineStatus = (typeof LINE_STATUSES)[number];
export type LineEvent = 'claim' | 'reclaim' | 'fulfil' | 'accept' | 'release' | 'fail' | 'resubmit' | 'revoke';

/** Rows are the statuses a thing is in, columns the events that may happen to it there. */
export type Transitions<Status extends string, Event extends string> = Readonly<Record<Status, Readonly<Partial<Record<Event, Status>>>>>;

/** The life of an order. Nothing sets a status by hand: once paid, it follows from the lines (`deriveOrderStatus`). */
export const ORDER_TRANSITIONS: Transitions<OrderStatus, OrderEvent> = {
  pending: { pay: 'open', failPayment: 'payment_error', expire: 'expired' },
  payment_error: { pay: 'open', awaitPayment: 'pending', expire: 'expired' },
  expired: { pay: 'open' },
  open: { complete: 'complete', failFulfillment: 'fulfillment_error', refund: 'refunded' },
  fulfillment_error: { complete: 'complete', failFulfillment: 'fulfillment_error', refund: 'refunded' },
  complete: { refund: 'refunded' },
  refunded: {},
};

/** Whether an order waits for its money. One that has expired does not, though money may still open it. */
export function isUnpaid(status: OrderStatus): boolean {
  return ORDER_TRANSITIONS[status].expire !== undefined;
}

/** Whether an order was paid for, whatever has become of it since. */
export function wasPaid(status: OrderStatus): boolean {
  return ORDER_TRANSITIONS[status].pay === undefined;
}

/** The life of a line. `reclaim` takes over from a holder whose lease ran out, `release` means: again later. */
export const LINE_TRANSITIONS: Transitions<LineStatus, LineEvent> = {
  open: { claim: 'fulfilling', revoke: 'revoked' },
  fulfilling: { fulfil: 'fulfilled', accept: 'accepted', release: 'open', fail: 'failed', reclaim: 'fulfilling' },
  accepted: { fulfil: 'fulfilled', release: 'open', fail: 'failed' },
  failed: { resubmit: 'open', revoke: 'revoked' },
  fulfilled: { revoke: 'revoked' },
  revoked: {},
};

/** The event is not possible here. The caller should read the order again. */
export class InvalidTransitionError extends DomainError {
  readonly code = 'invalid_transition';

  constructor(status: string, event: string, allowed: readonly string[]) {
    super(`Cannot "${event}" from "${status}"; allowed here: ${allowed.length > 0 ? allowed.join(', ') : 'nothing'}.`);
  }
}

/** The status that follows. @throws {InvalidTransitionError} */
export function next<Status extends string, Event extends string>(table: Transitions<Status, Event>, status: Status, event: Event): Status {
  const target = table[status][event];
  if (target === undefined) throw new InvalidTransitionError(status, event, Object.keys(table[status]));
  return target;
}

/** Every status from which `event` is possible: what an SQL statement that applies it must ask for. */
export function sourcesOf<Status extends string, Event extends string>(table: Transitions<Status, Event>, event: Event): Status[] {
  return (Object.keys(table) as Status[]).filter((status) => table[status][event] !== undefined);
}
