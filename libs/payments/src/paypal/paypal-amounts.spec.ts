import { GatewayFailure } from '../contract/gateway-failure.js';
import { fromPayPal, toPayPal } from './paypal-amounts.js';

it.each([
  ['USD', 4_900, '49.00'],
  ['USD', 1, '0.01'],
  ['EUR', 123_456_789, '1234567.89'],
  ['JPY', 4_900, '4900'],
  ['HUF', 4_900, '49'],
  ['TWD', 100, '1'],
  ['USD', 9_007_199_254_740_991, '90071992547409.91'],
])('writes %s %d as %s, and reads it back', (currency, amountMinor, wire) => {
  expect(toPayPal(amountMinor, currency)).toBe(wire);
  expect(fromPayPal(wire, currency)).toBe(amountMinor);
});

it.each([
  ['HUF', 4_901, /takes no decimals/],
  ['TWD', 1, /takes no decimals/],
  ['KWD', 1_000, /no such currency/],
  ['KRW', 1_000, /no such currency/],
  ['usd', 100, /no such currency/],
  ['USD', 0.5, /that is no amount/],
  ['USD', -1, /that is no amount/],
  ['USD', Number.NaN, /that is no amount/],
])('refuses %s %d, which PayPal cannot express', (currency, amountMinor, says) => {
  const write = () => toPayPal(amountMinor, currency);
  expect(write).toThrow(GatewayFailure);
  expect(write).toThrow(says);
  expect(thrownBy(write)).toMatchObject({ kind: 'configuration', passing: false, mayHaveArrived: false });
});

it.each([
  ['500.00', 'JPY', 500],
  ['49', 'USD', 4_900],
  ['49.5', 'USD', 4_950],
  ['-10.00', 'USD', -1_000],
  ['0.00', 'USD', 0],
  ['-0.00', 'USD', 0],
])('reads %s %s as %d', (value, currency, minor) => {
  expect(fromPayPal(value, currency)).toBe(minor);
});

it.each([
  ['49.005', 'USD'],
  ['0.5', 'JPY'],
  ['1e3', 'USD'],
  ['1,000.00', 'USD'],
  ['', 'USD'],
  ['.50', 'USD'],
  ['999999999999999.99', 'USD'],
  ['1.00', 'US'],
])('cannot read %j %s', (value, currency) => {
  expect(fromPayPal(value, currency)).toBeNull();
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
