import { expect } from '@jest/globals';
import fc from 'fast-check';
import { minorDigits, readCurrency } from './currency.js';
import { readPriceMinor } from './price.js';

describe('a price in major units', () => {
  it.each([
    ['49.00', 'USD', 4_900],
    ['49', 'USD', 4_900],
    ['49.9', 'USD', 4_990],
    ['0.00', 'USD', 0],
    ['0.29', 'USD', 29],
    ['1.005', 'KWD', 1_005],
    ['500', 'JPY', 500],
    ['1990.00', 'HUF', 199_000],
    ['1000000000.00', 'USD', 100_000_000_000],
  ])('%s %s is %d in minor units', (text, currency, minor) => {
    expect(readPriceMinor(text, currency)).toEqual({ ok: true, value: minor });
  });

  it.each([
    ['49.005', 'USD', 'has too many decimals: USD has at most 2'],
    ['500.0', 'JPY', 'has too many decimals: JPY has none'],
    ['1.0005', 'KWD', 'has too many decimals: KWD has at most 3'],
    ['1000000000.01', 'USD', 'is more than 1000000000'],
    ['99999999999999999999', 'USD', 'is more than 1000000000'],
    ['1.00005', null, 'has too many decimals: a currency has at most 4'],
  ])('refuses %s %s: it %s', (text, currency, problem) => {
    expect(readPriceMinor(text, currency)).toEqual({ ok: false, problem });
  });

  it.each(['', '-1.00', '+1.00', '1,000.00', '1e3', '.5', '5.', '0x10', ' 5', '٤٩', 'NaN', '$49', '49.00 USD'])('refuses %j, which is no plain decimal', (text) => {
    expect(readPriceMinor(text, 'USD')).toMatchObject({ ok: false, problem: expect.stringContaining('is no price in major units') });
  });

  it('comes back exactly, whatever its size and currency', () => {
    const currencies = fc.constantFrom('USD', 'JPY', 'KWD', 'CLF');
    fc.assert(
      fc.property(currencies, fc.nat(1_000_000_000 - 1), fc.nat(9_999), (currency, major, fraction) => {
        const digits = minorDigits(currency);
        const decimals = String(fraction).padStart(4, '0').slice(0, digits);
        const text = digits === 0 ? String(major) : `${major}.${decimals}`;
        expect(readPriceMinor(text, currency)).toEqual({ ok: true, value: Number(BigInt(`${major}${decimals}`)) });
      }),
    );
  });
});

describe('a currency', () => {
  it('is read in either case', () => {
    expect(readCurrency('usd')).toEqual({ ok: true, value: 'USD' });
  });

  it.each(['', 'US', 'DOLLAR', 'ZZZ', '$', 'U5D'])('is not %j', (text) => {
    expect(readCurrency(text)).toMatchObject({ ok: false });
  });
});
