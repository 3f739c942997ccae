import { ProviderPausedError } from '#fulfillment';
import type { OrderSnapshot } from '#orders';
import type { Payment } from '#payments';
import { paymentConsequences } from './payments.modules.js';

const PAYMENT = { id: 'payment-1', orderId: 'order-1', processor: 'stripe' } as Payment;
const ORDER = { id: 'order-1', number: 'OF-1' } as OrderSnapshot;

function consequences(deliver: () => Promise<undefined> = () => Promise.resolve(undefined)) {
  const told: unknown[] = [];
  const tell = (...what: unknown[]) => void told.push(what);
  const follow = paymentConsequences({
    reader: { byId: (id) => Promise.resolve({ ...ORDER, id }) },
    handler: { handleShippingEvent: (...asked) => (tell('deliver', ...asked), deliver()) },
    buyers: () => ({ takeInAbsence: (payment) => Promise.resolve(tell('take', payment.id)) }),
    refunds: () => ({ observe: (payment, state) => Promise.resolve(tell('observe', payment.id, state)), returnLate: (payment) => Promise.resolve(void tell('return', payment.id)) }),
  });
  return { follow, told };
}

it('what was paid for is delivered, in the name of its payment', async () => {
  const { follow, told } = consequences();
  await follow.opened(PAYMENT);
  expect(told).toEqual([['deliver', ORDER, 'unfinished', { kind: 'checkout', actor: 'payment:stripe', reason: null }]]);
});

it('a provider that is paused keeps nobody from being told that he has paid: the lines are due', async () => {
  await expect(consequences(() => Promise.reject(new ProviderPausedError('An operator has paused it.', 60_000))).follow.opened(PAYMENT)).resolves.toBeUndefined();
});

it('a bug of the delivery stays one', async () => {
  await expect(consequences(() => Promise.reject(new TypeError('a bug'))).follow.opened(PAYMENT)).rejects.toThrow(TypeError);
});

it('money that went back is written with the refunds, money that came too late goes back, and what an absent buyer has agreed to is taken', async () => {
  const { follow, told } = consequences();
  const state = { refunds: [], disputes: [] };
  await follow.moneyWentBack(PAYMENT, state);
  await follow.goesBack(PAYMENT);
  await follow.approved(PAYMENT);
  expect(told).toEqual([['observe', 'payment-1', state], ['return', 'payment-1'], ['take', 'payment-1']]);
});
