import { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import { failureOf, receiptOf } from './fulfiller-answers.js';

describe('what a fulfiller says is made fit to be written', () => {
  const LONG = `No\u0000\n${'x'.repeat(600)}`;
  const FIT = `No ${'x'.repeat(497)}`;

  it('has 500 characters at most, and none that nobody can read', () => {
    expect(receiptOf({ reference: LONG })).toEqual({ reference: FIT });
    expect(failureOf(Object.assign(new DeliveryFailure({ kind: 'rejected', detail: '', passing: false }), { detail: LONG })).detail).toBe(FIT);
  });

  it.each(['', ' \n'])('has words of ours instead of %j', (said) => {
    expect(receiptOf({ reference: said })).toEqual({ reference: 'The fulfiller gave no words.' });
  });
});
