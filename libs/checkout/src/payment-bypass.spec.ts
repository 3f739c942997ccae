import { CheckoutForbiddenError, CheckoutRefusedError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { bypassPayment } from './payment-bypass.js';

const LEARNER: Caller = { username: 'alice', email: 'alice@example.com', isStaff: false, address: null };
const STAFF: Caller = { ...LEARNER, username: 'olga', isStaff: true };

function pay(payment: CheckoutRequest['payment'], totalMinor: number, caller = STAFF) {
  return bypassPayment({ items: [], emailOptIn: false, payment }, totalMinor, caller);
}

function refusal(payment: CheckoutRequest['payment'], totalMinor: number, caller = STAFF): { code: string; pointer: string; message: string } {
  try {
    pay(payment, totalMinor, caller);
  } catch (thrown) {
    if (thrown instanceof CheckoutForbiddenError) return { code: thrown.code, pointer: thrown.pointer, message: thrown.message };
    if (thrown instanceof CheckoutRefusedError) return { code: thrown.code, pointer: thrown.refusals[0].pointer, message: thrown.message };
    throw thrown;
  }
  throw new Error('Nothing was refused.');
}

describe('free', () => {
  it.each([{ processor: 'free' }, undefined])('takes nothing for an order that costs nothing, asked for as %j', (payment) => {
    expect(pay(payment, 0, LEARNER)).toEqual({ processor: 'free', reference: null });
  });

  it.each([
    [1, LEARNER],
    [1, STAFF],
    [-1, LEARNER],
    [Number.MAX_SAFE_INTEGER, STAFF],
    [Number.NaN, STAFF],
  ])('is refused for a total of %d', (totalMinor, caller) => {
    expect(refusal(undefined, totalMinor, caller)).toMatchObject({ code: 'payment_required', pointer: '/payment/processor' });
  });
});

describe('an invoice', () => {
  it.each([4_900, 0])('is for staff, with its reference, whatever the total: %d', (totalMinor) => {
    expect(pay({ processor: 'invoice', reference: 'PO-7' }, totalMinor)).toEqual({ processor: 'invoice', reference: 'PO-7' });
  });

  it('is not for learners, with a reference or without', () => {
    expect(refusal({ processor: 'invoice', reference: 'PO-7' }, 0, LEARNER)).toMatchObject({ code: 'staff_only_processor', pointer: '/payment/processor' });
    expect(refusal({ processor: 'invoice' }, 4_900, LEARNER)).toMatchObject({ code: 'staff_only_processor', pointer: '/payment/processor' });
  });

  it('needs a reference', () => {
    expect(refusal({ processor: 'invoice' }, 4_900)).toMatchObject({ code: 'reference_required', pointer: '/payment/reference' });
  });
});

describe('any other processor', () => {
  it.each(['stripe', '', 'FREE', 'free ', 'Invoice', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('such as %j is unknown, and the answer names those that exist', (processor) => {
    const { code, pointer, message } = refusal({ processor }, 0);
    expect({ code, pointer }).toEqual({ code: 'unknown_processor', pointer: '/payment/processor' });
    expect(message).toMatch(/there are: free, invoice\.$/);
  });
});
