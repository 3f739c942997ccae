import fc from 'fast-check';
import { deriveOrderStatus, orderEventFor } from './order-status.js';
import { LINE_STATUSES, ORDER_TRANSITIONS, next, type OrderStatus } from './transitions.js';

const failure = { kind: 'server' };
const line = (status: (typeof LINE_STATUSES)[number], failed = false) => ({ status, failure: failed ? failure : null });

describe('deriveOrderStatus', () => {
  it.each([
    ['complete when every line is fulfilled', [line('fulfilled'), line('fulfilled')], 'complete'],
    ['complete when what is left after a revocation is fulfilled', [line('fulfilled'), line('revoked')], 'complete'],
    ['in error as soon as one line waits with a failure', [line('fulfilled'), line('open', true)], 'fulfillment_error'],
    ['in error while a line that failed is being sent again', [line('fulfilling', true)], 'fulfillment_error'],
    ['open before the first outcome', [line('fulfilling'), line('fulfilled')], 'open'],
    ['open while a provider has accepted it for later', [line('accepted')], 'open'],
    ['refunded when all lines are revoked', [line('revoked'), line('revoked', true)], 'refunded'],
  ] as const)('is %s', (_, lines, status) => {
    expect(deriveOrderStatus(lines)).toBe(status);
  });
});

describe('orderEventFor', () => {
  const anyLine = fc.record({ status: fc.constantFrom(...LINE_STATUSES), failure: fc.constantFrom(null, failure) });
  const paid = fc.constantFrom<OrderStatus>('open', 'fulfillment_error');

  it('asks an unfinished order only for transitions that its table has, whatever its lines went through', () => {
    fc.assert(
      fc.property(paid, fc.array(anyLine, { minLength: 1, maxLength: 6 }), (status, lines) => {
        const event = orderEventFor(status, lines);
        return event === null || next(ORDER_TRANSITIONS, status, event) === deriveOrderStatus(lines);
      }),
    );
  });

  it('does not move an order back when a failed line is taken out and the rest has not begun', () => {
    expect(orderEventFor('fulfillment_error', [line('revoked', true), line('open')])).toBeNull();
  });
});
