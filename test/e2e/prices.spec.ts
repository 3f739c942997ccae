import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../support/api-client.js';
import { openShop, sale, type Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

interface ListBody {
  readonly items: readonly { readonly sku: string; readonly available: boolean; readonly reason: string | null; readonly priceMinor: number }[];
  readonly totalMinor: number | null;
  readonly currency: string;
}

const skusOf = (...skus: readonly string[]) => skus.map((sku) => `sku=${encodeURIComponent(sku)}`).join('&');
const priced = <Body = ListBody>(...skus: readonly string[]) => shop.ask<Body>('GET', `/v1/prices?${skusOf(...skus)}`);
const maxAgeOf = ({ headers }: { headers: Headers }) => Number(/^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1]);

describe('a price list', () => {
  it('is for anybody, in the order in which it was asked for', async () => {
    const { status, body } = await priced('CHEM_VERIFIED', 'BIO_AUDIT', 'BIO_VERIFIED');
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalMinor: 14_800, currency: 'USD' });
    expect(body.items.map(({ sku }) => sku)).toEqual(['CHEM_VERIFIED', 'BIO_AUDIT', 'BIO_VERIFIED']);
    expect(body.items[0]).toEqual({ sku: 'CHEM_VERIFIED', title: 'The product of CHEM_VERIFIED', priceMinor: 9_900, currency: 'USD', available: true, reason: null, availableFrom: null, availableUntil: null });
  });

  it('says what cannot be bought now and why, as checkout does, and has no total then', async () => {
    const skus = ['BIO_AUDIT', 'PAST', 'FUTURE', 'NO_COURSE', 'UNWIRED'];
    const { body } = await priced(...skus);
    expect(body.totalMinor).toBeNull();
    expect(body.items.map(({ available, reason }) => [available, reason])).toEqual([[true, null], [false, 'no_longer_sold'], [false, 'not_yet_sold'], [false, 'product_misconfigured'], [false, 'product_misconfigured']]);
    const { username } = await shop.learner();
    for (const { sku, reason } of body.items) {
      const sold = await shop.sell(username, [sku]);
      expect([sku, sold.status === 201 ? null : (sold.body as unknown as ProblemBody).code]).toEqual([sku, reason]);
    }
  });

  it('may be kept, with a tag by which it is asked for again, and never beyond the end of a sale', async () => {
    const kept = await priced('BIO_VERIFIED');
    expect(maxAgeOf(kept)).toBeGreaterThan(30);
    const tag = kept.headers.get('etag') ?? '';
    const again = await shop.ask('GET', `/v1/prices?${skusOf('BIO_VERIFIED')}`, { headers: { 'if-none-match': tag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);

    const body = { productType: 'donation', title: 'A gift', details: {}, skus: [{ sku: 'SHORT', priceMinor: 100, currency: 'USD', availableUntil: new Date(Date.now() + 30_000).toISOString() }] };
    await shop.ask('PUT', `/v1/products/${randomUUID()}`, { token: shop.staff, body, headers: { 'if-none-match': '*' } });
    const short = await priced('SHORT', 'BIO_VERIFIED');
    expect(maxAgeOf(short)).toBeLessThanOrEqual(30);
  });

  it('is what checkout sells for, or nothing is sold: a total that the buyer was not shown is refused', async () => {
    const shown = (await priced('BIO_VERIFIED')).body.totalMinor;
    const { username } = await shop.learner();
    const key = randomUUID();
    const buy = (expectedTotalMinor: unknown, sentKey = key) =>
      shop.ask<ProblemBody & { readonly totalMinor: number }>('POST', '/v1/checkout', { token: shop.staff, key: sentKey, body: { ...sale(username, ['BIO_VERIFIED']), expectedTotalMinor } });
    await shop.sql(`update sku set price_minor = 5900 where sku = 'BIO_VERIFIED'`);
    const before = await shop.rowCounts();
    const refused = await buy(shown);
    expect([refused.status, refused.body.code, refused.body.errors]).toEqual([409, 'price_changed', [{ code: 'price_changed', pointer: '/expectedTotalMinor', detail: expect.stringMatching(/59\.00 USD.*5900/) }]]);
    expect(await shop.rowCounts()).toEqual(before);
    const bought = await buy(5_900);
    expect([bought.status, bought.body.totalMinor]).toEqual([201, 5_900]);
    await shop.sql(`update sku set price_minor = 4900 where sku = 'BIO_VERIFIED'`);
    const again = await buy(5_900);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([201, 'true', bought.text]);
    const other = await buy(4_900);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('changes with a price, at once', async () => {
    const before = await priced('BIO_VERIFIED');
    await shop.sql(`update sku set price_minor = 5000 where sku = 'BIO_VERIFIED'`);
    const after = await priced('BIO_VERIFIED');
    await shop.sql(`update sku set price_minor = 4900 where sku = 'BIO_VERIFIED'`);
    expect([before.body.totalMinor, after.body.totalMinor]).toEqual([4_900, 5_000]);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('of a hundred SKUs is one list', async () => {
    const id = randomUUID();
    const skus = Array.from({ length: 100 }, (_, n) => ({ sku: `HUNDRED.${String(n).padStart(3, '0')}.${'x'.repeat(52)}`, priceMinor: n, currency: 'USD' }));
    expect((await shop.ask('PUT', `/v1/products/${id}`, { token: shop.staff, body: { productType: 'donation', title: 'Gifts', details: {}, skus }, headers: { 'if-none-match': '*' } })).status).toBe(201);
    const { status, body } = await priced(...skus.map(({ sku }) => sku));
    expect([status, body.totalMinor, body.items.length]).toEqual([200, 4_950, 100]);
  });
});

describe('a price list is refused', () => {
  it.each<[string, string, readonly [number, string, ...string[]]]>([
    ['without a SKU', '', [400, 'invalid_request', 'sku']],
    ['of no SKU', 'sku=', [400, 'invalid_request', 'sku.0']],
    ['of something else', 'sku=BIO_AUDIT&code=SAVE10', [400, 'invalid_request', 'code']],
    ['of a SKU twice', 'sku=BIO_AUDIT&sku=DONATE&sku=BIO_AUDIT', [400, 'invalid_request', 'sku.2']],
    ['of a SKU that cannot be one', 'sku=BIO_AUDIT&sku=%27%3B%20drop%20table%20sku', [400, 'invalid_request', 'sku.1']],
    ['of 101 SKUs', skusOf(...Array.from({ length: 101 }, (_, n) => `S${n}`)), [400, 'invalid_request', 'sku']],
    ['of unknown SKUs, each of them named', 'sku=NONE&sku=BIO_AUDIT&sku=bio_audit', [422, 'unknown_sku', 'sku.0', 'sku.2']],
    ['of two currencies', 'sku=BIO_VERIFIED&sku=EURO', [422, 'mixed_currencies', 'sku']],
    ['of ten thousand SKUs', skusOf(...Array.from({ length: 10_000 }, (_, n) => `S${n}`)), [431, 'headers_too_large']],
  ])('%s', async (_, query, [status, code, ...where]) => {
    const answer = await shop.ask<ProblemBody>('GET', `/v1/prices?${query}`);
    expect([answer.status, answer.body.code, answer.body.errors?.map(({ parameter }) => parameter) ?? []]).toEqual([status, code, where]);
    if (status !== 431) expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
