import { ORDER_STATUSES, type OrderStatus } from '#orders';
import type { GatewayPayment } from '../contract/gateway-payment.js';
import { changeOf } from './payment-change.js';
import { PAYMENT_STATUSES, PAYMENT_TRANSITIONS, type Payment, type PaymentStatus } from './payment.js';

const PAYMENT: Payment = {
  id: '0190f3a0-7b1c-7000-8000-000000000001', orderId: '0190f3a0-7b1c-7000-8000-000000000000', orderNumber: 'OF-1', processor: 'stripe', status: 'started', amountMinor: 4_900, currency: 'USD',
  reference: 'pi_1', captureReference: null, capturedMinor: 0, capturedCurrency: null, refundedMinor: 0, reservedMinor: 0, declined: null, openedOrder: false, parked: null, owed: false,
  owedSettledAt: null, failure: null, attempts: 0, createdAt: new Date(0), capturedAt: null,
};
const STATE: GatewayPayment = { reference: 'pi_1', captureReference: null, status: 'unpaid', amountMinor: 4_900, capturedMinor: 0, currency: 'USD', paymentId: PAYMENT.id, orderNumber: 'OF-1', declined: null, refunds: [], disputes: [] };
const CAPTURED: GatewayPayment = { ...STATE, status: 'captured', capturedMinor: 4_900 };

const from = (status: PaymentStatus) => ({ ...PAYMENT, status });

describe('the table', () => {
  it('reaches every status, and ends in captured alone', () => {
    const reached = new Set(['created', ...Object.values(PAYMENT_TRANSITIONS).flatMap((row) => Object.values(row))]);
    expect([...reached].sort()).toEqual([...PAYMENT_STATUSES].sort());
    expect(PAYMENT_STATUSES.filter((status) => Object.keys(PAYMENT_TRANSITIONS[status]).length === 0)).toEqual(['captured']);
  });
});

describe('money that was taken', () => {
  it.each(['created', 'started', 'failed'] as const)('opens an order that waits for it, whatever was known of the payment: %s', (status) => {
    expect(changeOf(from(status), 'pending', CAPTURED)).toEqual({ status: 'captured', order: 'pay', parked: null });
    expect(changeOf(from(status), 'payment_error', CAPTURED)).toEqual({ status: 'captured', order: 'pay', parked: null });
  });

  it('is parked where its order has expired', () => {
    expect(changeOf(PAYMENT, 'expired', CAPTURED)).toEqual({ status: 'captured', order: null, parked: 'order_expired' });
  });

  it.each(ORDER_STATUSES.filter((status) => !['pending', 'payment_error', 'expired'].includes(status)))('is parked where its order is %s: somebody else has paid for it', (status) => {
    expect(changeOf(PAYMENT, status, CAPTURED)).toEqual({ status: 'captured', order: null, parked: 'already_paid' });
  });

  it.each<[string, Partial<GatewayPayment>]>([
    ['a cent less', { capturedMinor: 4_899 }],
    ['a cent more', { capturedMinor: 4_901 }],
    ['nothing', { capturedMinor: 0 }],
    ['another currency', { currency: 'JPY' }],
  ])('opens nothing where it is %s: it is parked', (_, difference) => {
    expect(changeOf(PAYMENT, 'pending', { ...CAPTURED, ...difference })).toEqual({ status: 'captured', order: null, parked: 'amount_differs' });
  });

  it('counts anew where it was another sum, and nothing was decided about it', () => {
    const parked = { cause: 'amount_differs', action: 'ask' } as const;
    const misread = { ...from('captured'), parked, capturedMinor: 1, capturedCurrency: 'USD' };
    expect(changeOf(misread, 'pending', CAPTURED)).toEqual({ status: 'captured', order: 'pay', parked: null });
    expect(changeOf(misread, 'expired', CAPTURED)).toEqual({ status: 'captured', order: null, parked: 'order_expired' });
    expect(changeOf(misread, 'pending', { ...CAPTURED, capturedMinor: 2 })).toEqual({ status: 'captured', order: null, parked: 'amount_differs' });
    for (const status of ['unpaid', 'canceled'] as const) expect(changeOf(misread, 'pending', { ...CAPTURED, status })).toEqual({ status: 'captured', order: null, parked: 'amount_differs' });
    for (const change of [{ parked: { ...parked, action: 'done' as const } }, { refundedMinor: 1 }, { reservedMinor: 1 }]) expect(changeOf({ ...misread, ...change }, 'pending', CAPTURED)).toEqual({ status: 'captured', order: null, parked: 'amount_differs' });
  });

  it.each(ORDER_STATUSES)('changes nothing when it is heard of again, whatever has become of the order: %s', (status: OrderStatus) => {
    const parked = { cause: 'order_expired', action: 'ask' } as const;
    expect(changeOf({ ...from('captured'), parked }, status, CAPTURED)).toEqual({ status: 'captured', order: null, parked: 'order_expired' });
    expect(changeOf({ ...from('captured'), openedOrder: true }, status, { ...CAPTURED, capturedMinor: 1 })).toEqual({ status: 'captured', order: null, parked: null });
  });
});

describe('a payment that can never be made', () => {
  it('has its order wait for another one', () => {
    expect(changeOf(PAYMENT, 'pending', { ...STATE, status: 'canceled' })).toEqual({ status: 'failed', order: 'failPayment', parked: null });
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'pending'))('leaves an order alone that is %s', (status) => {
    expect(changeOf(PAYMENT, status, { ...STATE, status: 'canceled' })).toEqual({ status: 'failed', order: null, parked: null });
  });

  it('is not believed of money that was taken', () => {
    expect(changeOf({ ...from('captured'), openedOrder: true }, 'open', { ...STATE, status: 'canceled' })).toEqual({ status: 'captured', order: null, parked: null });
  });
});

it.each(['unpaid', 'approved', 'processing'] as const)('a payment that is %s at its gateway is started, and changes no order', (status) => {
  expect(changeOf(from('created'), 'pending', { ...STATE, status })).toEqual({ status: 'started', order: null, parked: null });
  expect(changeOf(from('started'), 'pending', { ...STATE, status })).toEqual({ status: 'started', order: null, parked: null });
  expect(changeOf(from('failed'), 'payment_error', { ...STATE, status })).toEqual({ status: 'failed', order: null, parked: null });
});
