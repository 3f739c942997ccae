import { GatewayFailure } from '../contract/gateway-failure.js';
import { fromStripe, toStripe } from './stripe-amounts.js';

it.each([
  ['USD', 4_900, 4_900],
  ['USD', 1, 1],
  ['HUF', 1_045, 1_045],
  ['TWD', 80_045, 80_045],
  ['JPY', 4_900, 4_900],
  ['KRW', 49_000, 49_000],
  ['ISK', 5, 500],
  ['UGX', 5, 500],
  ['MGA', 4_900, 49],
  ['KWD', 5_120, 5_120],
  ['BHD', 10, 10],
])('writes %s %d as %d, and reads it back', (currency, amountMinor, wire) => {
  expect(toStripe(amountMinor, currency)).toBe(wire);
  expect(fromStripe(wire, currency)).toBe(amountMinor);
});

it.each([
  ['KWD', 5_124, /last digit must be 0/],
  ['MGA', 4_901, /no whole number/],
  ['ISK', Number.MAX_SAFE_INTEGER, /no whole number/],
  ['CLF', 10_000, /no such currency/],
  ['IQD', 1_000, /no such currency/],
  ['usd', 100, /no such currency/],
  ['USD', 0.5, /minor units/],
  ['USD', Number.NaN, /minor units/],
])('refuses %s %d, which Stripe cannot express', (currency, amountMinor, says) => {
  const write = () => toStripe(amountMinor, currency);
  expect(write).toThrow(GatewayFailure);
  expect(write).toThrow(says);
  expect(thrownBy(write)).toMatchObject({ kind: 'configuration', passing: false, mayHaveArrived: false });
});

it.each([
  [550, 'ISK'],
  [1.5, 'USD'],
  [Number.MAX_SAFE_INTEGER, 'MGA'],
  [2 ** 53, 'USD'],
  [100, 'IQD'],
])('cannot read %d %s', (amount, currency) => {
  expect(fromStripe(amount, currency)).toBeNull();
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
