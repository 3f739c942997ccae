import fc from 'fast-check';
import type { Quote } from '#catalog';
import { priceBasket, type Basket } from './basket.js';
import { CheckoutRefusedError } from './checkout.errors.js';
import type { CheckoutRequest } from './checkout.request.js';
import { quote, quoted, shopRegistry } from './shop.fake.js';

type Items = CheckoutRequest['items'];

function price(items: Items, ...quotes: readonly Quote[]): Basket {
  return priceBasket({ items, emailOptIn: false }, quoted(...quotes), shopRegistry());
}

/** What is refused, as `code at pointer`. */
function refusals(items: Items, ...quotes: readonly Quote[]): string[] {
  return caught(items, ...quotes).refusals.map(({ code, pointer }) => `${code} at ${pointer}`);
}

function caught(items: Items, ...quotes: readonly Quote[]): CheckoutRefusedError {
  return caughtIn(() => price(items, ...quotes));
}

function caughtIn(pricing: () => Basket): CheckoutRefusedError {
  try {
    pricing();
  } catch (thrown) {
    if (thrown instanceof CheckoutRefusedError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was refused.');
}

const one = (sku: string) => ({ sku, quantity: 1 });
const donation = (sku: string, unitPriceMinor: number) => quote({ sku, unitPriceMinor, productType: 'donation' });

describe('a basket', () => {
  it('costs what its items cost together, in their currency', () => {
    const basket = price([{ sku: 'GIFT', quantity: 3 }, one('SEAT')], quote({ currency: 'EUR' }), { ...donation('GIFT', 500), currency: 'EUR' });
    expect(basket).toMatchObject({ totalMinor: 6_400, currency: 'EUR' });
    expect(basket.lines.map(({ quote: { sku }, quantity, repeatable }) => ({ sku, quantity, repeatable }))).toEqual([
      { sku: 'GIFT', quantity: 3, repeatable: true },
      { sku: 'SEAT', quantity: 1, repeatable: false },
    ]);
  });

  it('may cost nothing', () => {
    expect(price([one('SEAT')], quote({ unitPriceMinor: 0 })).totalMinor).toBe(0);
  });

  it('has an exact total, or is refused', () => {
    const priced = fc.record({ unitPriceMinor: fc.maxSafeNat(), quantity: fc.integer({ min: 1, max: 1_000 }) });
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 5 }), (wanted) => {
        const items = wanted.map(({ quantity }, index) => ({ sku: `S${index}`, quantity }));
        const quotes = wanted.map(({ unitPriceMinor }, index) => donation(`S${index}`, unitPriceMinor));
        const exact = wanted.reduce((sum, { unitPriceMinor, quantity }) => sum + BigInt(unitPriceMinor) * BigInt(quantity), 0n);
        if (exact > BigInt(Number.MAX_SAFE_INTEGER)) expect(refusals(items, ...quotes)).toEqual(['total_too_large at /items']);
        else expect(BigInt(price(items, ...quotes).totalMinor)).toBe(exact);
      }),
    );
  });

  it('may cost the largest number that is exact, and not one more', () => {
    expect(price([one('A')], donation('A', Number.MAX_SAFE_INTEGER)).totalMinor).toBe(Number.MAX_SAFE_INTEGER);
    expect(refusals([one('A'), one('B')], donation('A', Number.MAX_SAFE_INTEGER), donation('B', 1))).toEqual(['total_too_large at /items']);
  });
});

describe('a basket is refused', () => {
  it.each(['NOPE', '', '__proto__', 'constructor', 'hasOwnProperty', "'; drop table sku; --", '../SEAT'])('for the unknown SKU %j', (sku) => {
    expect(refusals([one(sku)], quote())).toEqual(['unknown_sku at /items/0/sku']);
  });

  it.each(['not_yet_sold', 'no_longer_sold'] as const)('for a SKU that is %s', (availability) => {
    expect(refusals([one('SEAT')], quote({ availability }))).toEqual([`${availability} at /items/0/sku`]);
  });

  it('for more than its type allows in one line', () => {
    expect(refusals([{ sku: 'SEAT', quantity: 2 }], quote())).toEqual(['quantity_not_allowed at /items/0/quantity']);
    expect(refusals([{ sku: 'GIFT', quantity: 1_001 }], donation('GIFT', 1))).toEqual(['quantity_not_allowed at /items/0/quantity']);
    expect(price([{ sku: 'GIFT', quantity: 1_000 }], donation('GIFT', 1)).totalMinor).toBe(1_000);
  });

  it('for one product twice, by one SKU or by two', () => {
    expect(refusals([one('SEAT'), one('SEAT')], quote())).toEqual(['duplicate_product at /items/1/sku']);
    expect(refusals([one('SEAT'), one('OTHER')], quote(), quote({ sku: 'OTHER', productId: quote().productId }))).toEqual(['duplicate_product at /items/1/sku']);
  });

  it('for two currencies, naming both', () => {
    const { refusals: found, message } = caught([one('SEAT'), one('GIFT')], quote(), { ...donation('GIFT', 1), currency: 'EUR' });
    expect(found).toMatchObject([{ code: 'mixed_currencies', pointer: '/items' }]);
    expect(message).toMatch(/USD and EUR/);
  });

  it('for details that cannot be delivered, naming the field', () => {
    const { refusals: found } = caught([one('SEAT')], quote({ details: { mode: 'verified' } }));
    expect(found).toMatchObject([{ code: 'product_misconfigured', pointer: '/items/0/sku' }]);
    expect(found[0].detail).toMatch(/"SEAT".*\/courseId is missing/);
  });

  it.each(['unheard-of', '__proto__', 'constructor'])('for the product type %j, which nothing delivers', (productType) => {
    expect(refusals([one('SEAT')], quote({ productType }))).toEqual(['product_misconfigured at /items/0/sku']);
  });

  it('for everything that is wrong at once, under the code of the first', () => {
    const items = [one('GONE'), one('NOPE'), { sku: 'SEAT', quantity: 2 }, one('EURO')];
    const quotes = [quote({ sku: 'GONE', availability: 'no_longer_sold' }), quote(), { ...donation('EURO', 1), currency: 'EUR' }];
    expect(refusals(items, ...quotes)).toEqual(['no_longer_sold at /items/0/sku', 'unknown_sku at /items/1/sku', 'quantity_not_allowed at /items/2/quantity', 'mixed_currencies at /items']);
    expect(caught(items, ...quotes).code).toBe('no_longer_sold');
  });

  it('when it does not cost what the buyer was shown, naming what it costs', () => {
    const asked = (expectedTotalMinor: number, ...quotes: readonly Quote[]) => () => priceBasket({ items: [{ sku: 'GIFT', quantity: 3 }], emailOptIn: false, expectedTotalMinor }, quoted(...quotes), shopRegistry());
    expect(asked(1_500, donation('GIFT', 500))().totalMinor).toBe(1_500);
    expect(asked(0, donation('GIFT', 0))().totalMinor).toBe(0);
    for (const expected of [0, 500, 1_499, 1_501]) {
      expect(caughtIn(asked(expected, donation('GIFT', 500))).refusals).toEqual([{ code: 'price_changed', pointer: '/expectedTotalMinor', detail: expect.stringMatching(/15\.00 USD.*1500/) as string }]);
    }
  });

  it('for its total only when nothing else is wrong: no total is known before', () => {
    const pricing = () => priceBasket({ items: [one('SEAT'), one('NOPE')], emailOptIn: false, expectedTotalMinor: 1 }, quoted(quote()), shopRegistry());
    expect(caughtIn(pricing).refusals).toMatchObject([{ code: 'unknown_sku' }]);
  });

  it('but not for a bug of a fulfiller, which stays a bug', () => {
    expect(() => price([one('SEAT')], quote({ productType: 'broken' }))).toThrow(TypeError);
  });
});
