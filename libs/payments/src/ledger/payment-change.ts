import { isUnpaid, type OrderStatus } from '#orders';
import type { GatewayPayment } from '../contract/gateway-payment.js';
import { PAYMENT_TRANSITIONS, type ParkedCause, type Payment, type PaymentEvent, type PaymentStatus } from './payment.js';

/** What the gateway's word makes of a payment, and of its order. */
export interface PaymentChange {
  readonly status: PaymentStatus;
  /** What its order goes through, if anything. */
  readonly order: 'pay' | 'failPayment' | null;
  readonly parked: ParkedCause | null;
}

/**
 * The one place that decides whether money opens an order. Pure; the caller has locked the order and the payment.
 *
 * Money opens an order that waits for it, once, and only to the cent. In every other case it is parked. Where another sum was read than was asked for, and nothing
 * was decided about it, what is read later counts anew.
 */
export function changeOf(payment: Payment, orderStatus: OrderStatus, state: GatewayPayment): PaymentChange {
  const unchanged: PaymentChange = { status: payment.status, order: null, parked: payment.parked?.cause ?? null };
  const step = (event: PaymentEvent, change: Omit<PaymentChange, 'status'>): PaymentChange => {
    const status = PAYMENT_TRANSITIONS[payment.status][event];
    return status === undefined ? unchanged : { ...change, status };
  };
  if (state.status === 'captured') return isReadAnew(payment) ? { ...captured(payment, orderStatus, state), status: 'captured' } : step('capture', captured(payment, orderStatus, state));
  if (state.status === 'canceled') return step('fail', { order: orderStatus === 'pending' ? 'failPayment' : null, parked: null });
  return step('start', { order: null, parked: null });
}

/** Whether what its gateway says that it took is written once more: it was another sum than was asked for, of which nothing was decided, and nothing went back. */
export function isReadAnew({ status, parked, refundedMinor, reservedMinor }: Payment): boolean {
  return status === 'captured' && parked?.cause === 'amount_differs' && parked.action === 'ask' && refundedMinor + reservedMinor === 0;
}

function captured({ amountMinor, currency }: Payment, orderStatus: OrderStatus, state: GatewayPayment): Omit<PaymentChange, 'status'> {
  if (state.capturedMinor !== amountMinor || state.currency !== currency) return { order: null, parked: 'amount_differs' };
  if (isUnpaid(orderStatus)) return { order: 'pay', parked: null };
  return { order: null, parked: orderStatus === 'expired' ? 'order_expired' : 'already_paid' };
}
