import { MixedCurrenciesError, TotalTooLargeError } from './price.errors.js';
import { priceListOf } from './price-list.js';
import type { PriceRow } from './price.statements.js';

const AT = new Date('2026-11-22T10:00:00Z');
const SOON = new Date('2036-08-01T00:00:00Z');
const LATER = new Date('2036-09-01T00:00:00Z');

const check = {
  knows: (productType: string) => productType === 'seat',
  parseDetails: (_: string, details: unknown) => {
    if (details === 'broken') throw new TypeError('a bug');
    if (details === 'wrong') throw Object.assign(new Error('wrong'), { problems: [] });
    return details;
  },
};

function row(sku: string, more: Partial<PriceRow> = {}): PriceRow {
  return { sku, product_type: 'seat', title: `Course ${sku}`, details: {}, price_minor: '4900', currency: 'USD', available_from: null, available_until: null, not_yet: null, over: false, at: AT, ...more };
}

const list = (first: PriceRow, ...others: PriceRow[]) => priceListOf([first, ...others], check);

describe('a price list', () => {
  it('adds up what can be bought', () => {
    expect(list(row('A'), row('B', { price_minor: '100' }))).toMatchObject({ totalMinor: 5_000, currency: 'USD', at: AT, items: [{ sku: 'A', reason: null }, { sku: 'B', reason: null }] });
  });

  it.each<[string, Partial<PriceRow>]>([
    ['not_yet_sold', { not_yet: true }],
    ['no_longer_sold', { over: true }],
    ['no_longer_sold', { over: true, not_yet: true }],
    ['product_misconfigured', { details: 'wrong' }],
    ['product_misconfigured', { product_type: 'jetpack' }],
  ])('says %s as checkout would, and has no total then', (reason, more) => {
    expect(list(row('A'), row('B', more))).toMatchObject({ totalMinor: null, items: [{ reason: null }, { reason, priceMinor: 4_900 }] });
  });

  it('hides no bug of a fulfiller', () => {
    expect(() => list(row('A', { details: 'broken' }))).toThrow(TypeError);
  });

  it('is of one currency, and exact', () => {
    expect(() => list(row('A'), row('B', { currency: 'EUR' }))).toThrow(MixedCurrenciesError);
    expect(() => list(row('A', { price_minor: String(Number.MAX_SAFE_INTEGER) }), row('B'))).toThrow(TotalTooLargeError);
  });

  it('changes by itself when the next of its windows opens or closes', () => {
    expect(list(row('A')).changesAt).toBeNull();
    expect(list(row('A', { available_until: LATER }), row('B', { not_yet: true, available_from: SOON, available_until: LATER })).changesAt).toEqual(SOON);
    expect(list(row('A', { available_from: SOON, available_until: LATER })).changesAt).toEqual(LATER);
    expect(list(row('A', { over: true, available_until: SOON })).changesAt).toBeNull();
  });
});
