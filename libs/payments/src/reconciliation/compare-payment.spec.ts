import type { GatewayPayment } from '../contract/gateway-payment.js';
import type { Payment } from '../ledger/payment.js';
import { differenceOf, readMoney, type MoneyThere } from './compare-payment.js';

const HERE = { status: 'captured', capturedMinor: 4_900, capturedCurrency: 'USD', currency: 'USD', refundedMinor: 0, reservedMinor: 0 } as Payment;
const THERE: MoneyThere = { capturedMinor: 4_900, refundedMinor: 0, leavingMinor: 0, currency: 'USD' };
const READ = { status: 'captured', capturedMinor: 4_900, currency: 'USD', refunds: [], disputes: [] } as unknown as GatewayPayment;

describe('our row and the gateway', () => {
  it.each<[string, Partial<Payment>, Partial<MoneyThere> | null, string | null]>([
    ['agree', {}, {}, null],
    ['agree that no money was taken', { status: 'failed' }, null, null],
    ['differ where it took money that our row does not know', { status: 'started' }, {}, 'captured_not_here'],
    ['agree where money that our row never knew is all back with its buyer', { status: 'failed' }, { refundedMinor: 4_900, leavingMinor: 4_900 }, null],
    ['differ where a part of it is back', { status: 'failed' }, { refundedMinor: 4_899, leavingMinor: 4_900 }, 'captured_not_here'],
    ['differ where it took none', {}, null, 'here_not_there'],
    ['differ by a cent', {}, { capturedMinor: 4_899 }, 'amount_differs'],
    ['differ in currency', {}, { currency: 'EUR' }, 'amount_differs'],
    ['agree on what the gateway took, whatever the order costs', { amountMinor: 1, currency: 'EUR' }, {}, null],
    ['differ where more went back there', { refundedMinor: 100 }, { refundedMinor: 101, leavingMinor: 101 }, 'refund_there_not_here'],
    ['agree while our refund is on its way, and there already', { reservedMinor: 100 }, { refundedMinor: 100, leavingMinor: 100 }, null],
    ['agree while our refund is on its way, and not there yet', { reservedMinor: 100 }, {}, null],
    ['differ where more than that went back', { reservedMinor: 100 }, { refundedMinor: 101, leavingMinor: 101 }, 'refund_there_not_here'],
    ['differ where less went back there', { refundedMinor: 100 }, { refundedMinor: 99, leavingMinor: 99 }, 'refund_here_not_there'],
    ['agree where what our row counts as returned is on its way there', { refundedMinor: 100 }, { refundedMinor: 0, leavingMinor: 100 }, null],
    ['agree where a refund is on its way there that our row does not know yet', {}, { refundedMinor: 0, leavingMinor: 100 }, null],
  ])('%s', (_, here, there, kind) => {
    expect(differenceOf({ ...HERE, ...here }, there && { ...THERE, ...there })).toBe(kind);
  });
});

describe('what is read back', () => {
  const refund = (amountMinor: number, status: 'pending' | 'succeeded' | 'failed') => ({ reference: 'r', refundId: null, amountMinor, status, detail: null });
  const dispute = (amountMinor: number, status: 'open' | 'won' | 'lost') => ({ reference: 'd', amountMinor, status });

  it('counts refunds that are done, and what a bank took back, as returned; what is on its way only at most; what failed or was won not at all', () => {
    const refunds = [refund(100, 'succeeded'), refund(200, 'pending'), refund(400, 'failed')];
    const disputes = [dispute(1_000, 'open'), dispute(1_500, 'lost'), dispute(700, 'won')];
    expect(readMoney({ ...READ, refunds, disputes })).toEqual({ capturedMinor: 4_900, currency: 'USD', refundedMinor: 2_600, leavingMinor: 2_800 });
  });

  it('is never more than was taken', () => {
    expect(readMoney({ ...READ, refunds: [refund(4_000, 'succeeded')], disputes: [dispute(4_900, 'open')] })).toMatchObject({ refundedMinor: 4_900, leavingMinor: 4_900 });
  });

  it('is no money while the buyer has not paid', () => {
    expect(readMoney({ ...READ, status: 'approved' })).toBeNull();
  });
});
