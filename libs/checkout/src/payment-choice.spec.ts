import { CheckoutForbiddenError, CheckoutRefusedError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { choosePayment } from './payment-choice.js';
import { shopProcessors } from './shop.fake.js';

const LEARNER: Caller = { username: 'alice', email: 'alice@example.com', isStaff: false, address: null };
const STAFF: Caller = { ...LEARNER, username: 'olga', isStaff: true };

function pay(payment: CheckoutRequest['payment'], totalMinor: number, caller = STAFF) {
  return choosePayment({ items: [], emailOptIn: false, payment }, totalMinor, caller, shopProcessors());
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

describe('a payment by which no money moves', () => {
  it.each([{ processor: 'free' }, undefined])('is free for whoever names nothing else: %j', (payment) => {
    expect(pay(payment, 0, LEARNER)).toEqual({ kind: 'settled', processor: 'free', reference: null, owed: false });
  });

  it('is owed where its processor says so', () => {
    expect(pay({ processor: 'invoice', reference: 'PO-7' }, 4_900)).toEqual({ kind: 'settled', processor: 'invoice', reference: 'PO-7', owed: true });
  });

  it('is refused in the words of its processor, with a pointer to what is wrong', () => {
    expect(refusal(undefined, 1)).toEqual({ code: 'payment_required', pointer: '/payment/processor', message: 'The total is not zero, so it cannot be free.' });
    expect(refusal({ processor: 'invoice' }, 1)).toEqual({ code: 'reference_required', pointer: '/payment/reference', message: 'An invoice needs a reference, such as the number of a purchase order.' });
  });

  it('is forbidden to a learner, and not refused, where staff may do it', () => {
    expect(refusal({ processor: 'invoice', reference: 'PO-7' }, 0, LEARNER)).toEqual({ code: 'staff_only_processor', pointer: '/payment/processor', message: 'Only staff may sell by invoice.' });
  });
});

describe('a payment by a gateway', () => {
  it.each([LEARNER, STAFF])('is awaited, whoever buys: $username', (caller) => {
    expect(pay({ processor: 'card' }, 1, caller)).toEqual({ kind: 'awaited', processor: 'card' });
  });

  it('is refused for a total of zero: no gateway takes nothing', () => {
    expect(refusal({ processor: 'card' }, 0)).toMatchObject({ code: 'payment_not_needed', pointer: '/payment/processor' });
  });

  it('takes no reference from a caller, who might name the payment of somebody else', () => {
    expect(refusal({ processor: 'card', reference: 'pi_1' }, 1)).toMatchObject({ code: 'reference_not_taken', pointer: '/payment/reference' });
  });
});

it.each(['stripe', '', 'FREE', 'free ', 'Invoice', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('any other processor, such as %j, is unknown, and the answer names those that exist', (processor) => {
  const { code, pointer, message } = refusal({ processor }, 0);
  expect({ code, pointer }).toEqual({ code: 'unknown_processor', pointer: '/payment/processor' });
  expect(message).toMatch(/there are: free, invoice, card\.$/);
});
