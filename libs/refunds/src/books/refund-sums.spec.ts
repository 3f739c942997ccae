import type { RefundOrigin } from '../refund.js';
import { REFUND_STATUSES, type RefundStatus } from '../transitions.js';
import { remainsOf, sumsOf } from './refund-sums.js';

const of = (origin: RefundOrigin, status: RefundStatus, moneyIsBack = false, amountMinor = 10) => ({ origin, status, moneyIsBack, amountMinor });

describe('sumsOf', () => {
  it.each<[RefundStatus, number, number]>([
    ['requested', 0, 10],
    ['approved', 0, 10],
    ['money_error', 0, 10],
    ['money_returned', 10, 0],
    ['access_error', 10, 0],
    ['complete', 10, 0],
    ['denied', 0, 0],
  ])('of a refund that is %s counts %i as returned and %i as set aside', (status, refundedMinor, reservedMinor) => {
    for (const origin of ['request', 'late'] as const) expect(sumsOf([of(origin, status)])).toEqual({ refundedMinor, reservedMinor });
  });

  it('of money that was returned elsewhere counts it as returned, whatever was decided; and not at all when it came back', () => {
    for (const origin of ['gateway', 'dispute'] as const) {
      for (const status of REFUND_STATUSES) {
        expect(sumsOf([of(origin, status)])).toEqual({ refundedMinor: 10, reservedMinor: 0 });
        expect(sumsOf([of(origin, status, true)])).toEqual({ refundedMinor: 0, reservedMinor: 0 });
      }
    }
  });
});

describe('remainsOf', () => {
  it('is what neither went back nor is on its way, and never below 0', () => {
    expect(remainsOf({ capturedMinor: 100 }, [of('request', 'complete', false, 30), of('request', 'requested', false, 20)])).toBe(50);
    expect(remainsOf({ capturedMinor: 100 }, [of('request', 'complete', false, 30), of('dispute', 'requested', false, 100)])).toBe(0);
  });
});
