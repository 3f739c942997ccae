import { readPriceMinor } from '../price.js';
import { decimalPrice } from './decimal-price.js';

describe('a price for templates', () => {
  it.each([
    [4_900, 'USD', '49.00'],
    [4_905, 'USD', '49.05'],
    [5, 'USD', '0.05'],
    [0, 'USD', '0.00'],
    [4_900, 'JPY', '4900'],
    [4_900, 'KWD', '4.900'],
    [1, 'CLF', '0.0001'],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91'],
  ])('of %d %s is %s', (minor, currency, text) => {
    expect(decimalPrice(minor, currency)).toBe(text);
  });

  it('is what an import reads', () => {
    expect(readPriceMinor(decimalPrice(123_456, 'KWD'), 'KWD')).toEqual({ ok: true, value: 123_456 });
  });
});
