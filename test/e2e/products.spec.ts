import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

interface ProductBody {
  readonly id: string;
  readonly version: number;
  readonly skus: readonly { readonly sku: string; readonly priceMinor: number }[];
  readonly withdrawnSkus: readonly string[];
}
type Headers = Readonly<Record<string, string>>;

const NEW: Headers = { 'if-none-match': '*' };
const version = (tag: number): Headers => ({ 'if-match': `"${tag}"` });
const offer = (sku: string, more: object = {}) => ({ sku, priceMinor: 500, currency: 'USD', ...more });
const gift = (...skus: object[]) => ({ productType: 'donation', title: 'A gift', details: { purpose: 'a library' }, skus });
const put = <Body = ProductBody>(id: string, body: unknown, headers: Headers = NEW) => shop.ask<Body>('PUT', `/v1/products/${id}`, { token: shop.staff, body, headers });

/** Rows in every table that a product could leave. */
async function rowCounts(): Promise<unknown> {
  return shop.sql(`select (select count(*) from product)::int as products, (select sum(version) from product)::int as versions, (select count(*) from sku)::int as skus, (select count(*) from sku_change)::int as changes`);
}

/** Expects a problem that names the fields, and that nothing was written. */
async function refused(id: string, body: unknown, [status, code, ...where]: readonly [number, string, ...string[]], headers?: Headers): Promise<ProblemBody> {
  const before = await rowCounts();
  const answer = await put<ProblemBody>(id, body, headers);
  expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([status, code, expect.stringContaining('application/problem+json')]);
  expect(answer.body.errors?.map(({ pointer, parameter, header }) => pointer ?? parameter ?? header) ?? []).toEqual(where);
  expect(await rowCounts()).toEqual(before);
  return answer.body;
}

describe('a product', () => {
  it('is made, read, changed, sold and withdrawn', async () => {
    const id = randomUUID();
    const created = await put(id, gift(offer('WHOLE-1'), { priceMinor: 900, currency: 'eur', availableFrom: '2036-01-01T00:00:00Z', availableUntil: '2036-02-01T00:00:00Z' }));
    expect([created.status, created.headers.get('etag'), created.headers.get('location')]).toEqual([201, '"1"', `/v1/products/${id}`]);
    const madeUp = created.body.skus.find(({ sku }) => sku !== 'WHOLE-1')?.sku ?? '';
    expect(created.body).toEqual({
      id,
      productType: 'donation',
      title: 'A gift',
      partner: 'default',
      details: { purpose: 'a library' },
      courseId: null,
      mode: null,
      version: 1,
      updatedAt: expect.any(String),
      skus: expect.arrayContaining([
        { sku: 'WHOLE-1', priceMinor: 500, currency: 'USD', availableFrom: null, availableUntil: null },
        { sku: expect.stringMatching(/^[0-9A-Z]{16}$/), priceMinor: 900, currency: 'EUR', availableFrom: '2036-01-01T00:00:00.000Z', availableUntil: '2036-02-01T00:00:00.000Z' },
      ]),
      withdrawnSkus: [],
    });
    const read = await shop.ask<ProductBody>('GET', `/v1/products/${id.toUpperCase()}`, { token: shop.staff });
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"1"', created.body]);

    const changed = await put(id, gift(offer('WHOLE-1', { priceMinor: 700 })), version(1));
    expect([changed.status, changed.headers.get('etag'), changed.headers.get('location'), changed.body.withdrawnSkus]).toEqual([200, '"2"', null, [madeUp]]);
    const { username } = await shop.learner();
    const sold = await shop.sell(username, ['WHOLE-1']);
    expect([sold.body.status, (sold.body.lines[0] as unknown as { unitPriceMinor: number }).unitPriceMinor]).toEqual(['complete', 700]);

    const withdrawn = await shop.ask<ProductBody>('DELETE', `/v1/products/${id}`, { token: shop.staff, headers: version(2) });
    expect([withdrawn.status, withdrawn.headers.get('etag'), withdrawn.body.skus]).toEqual([200, '"3"', []]);
    const gone = await shop.sell(username, ['WHOLE-1']);
    expect([gone.status, (gone.body as unknown as ProblemBody).code]).toEqual([422, 'no_longer_sold']);
    expect((await shop.ask<{ items: unknown[] }>('GET', '/v1/prices?sku=WHOLE-1')).body.items).toEqual([expect.objectContaining({ available: false, reason: 'no_longer_sold' })]);
    const { body: sku } = await shop.ask<{ withdrawnAt: string | null; history: { items: unknown[] } }>('GET', '/v1/skus/WHOLE-1', { token: shop.staff });
    expect([sku.withdrawnAt, sku.history.items.length]).toEqual([expect.any(String), 3]);
  });

  it('is found by its type and its partner, page by page', async () => {
    await shop.ask('PUT', '/v1/partners/givers', { token: shop.staff, body: { name: 'Givers' } });
    const ids = Array.from({ length: 3 }, () => randomUUID()).sort();
    for (const id of ids) await put(id, { ...gift({ priceMinor: 1, currency: 'USD' }), partner: 'givers' });
    const listed = async (query: string) => (await shop.ask<{ items: ProductBody[]; nextCursor: string | null }>('GET', `/v1/products?${query}`, { token: shop.staff })).body;
    const first = await listed('partner=givers&type=donation&limit=2');
    const second = await listed(`partner=givers&type=donation&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect([first.items.length, second.nextCursor]).toEqual([2, null]);
    expect((await listed('partner=givers&type=seat')).items).toEqual([]);
  });

  it('of one version is saved once, however many save at once', async () => {
    const id = randomUUID();
    await put(id, gift(offer('MANY')));
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => put(id, gift(offer('MANY', { priceMinor: n + 1 })), version(1))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    const [won] = answers.filter(({ status }) => status === 200);
    expect((await shop.ask<{ totalMinor: number }>('GET', '/v1/prices?sku=MANY')).body.totalMinor).toBe(won?.body.skus[0]?.priceMinor);
    await refused(id, gift(offer('MANY')), [412, 'stale_version'], version(1));
  });
});

describe('a product is refused, and nothing is left of it:', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { x: deep(levels - 1) });

  it.each<[string, object, readonly [number, string, ...string[]]]>([
    ['a type that nobody delivers', { ...gift(offer('X1')), productType: 'jetpack' }, [422, 'product_refused', '/productType']],
    ['a type that cannot be one', { ...gift(offer('X1')), productType: 'Jet pack' }, [400, 'invalid_request', '/productType']],
    ['details that the fulfiller cannot read', { ...gift(offer('X1')), details: { purpose: 7 } }, [422, 'product_refused', '/details/purpose']],
    ['details that the fulfiller does not know', { ...gift(offer('X1')), details: { propose: 'x' } }, [422, 'product_refused', '/details']],
    ['details that are a list', { ...gift(offer('X1')), details: [] }, [400, 'invalid_request', '/details']],
    ['details with a NUL', { ...gift(offer('X1')), details: { purpose: { deep: ['a\u0000b'] } } }, [400, 'invalid_request', '/details/purpose/deep/0']],
    ['details with half a character', { ...gift(offer('X1')), details: { purpose: '\ud800' } }, [400, 'invalid_request', '/details/purpose']],
    ['details with a key of control characters', { ...gift(offer('X1')), details: { '\u0000': 1 } }, [400, 'invalid_request', '/details']],
    ['details without end', { ...gift(offer('X1')), details: { purpose: 'x'.repeat(20_001) } }, [400, 'invalid_request', '/details']],
    ['details without ground', { ...gift(offer('X1')), details: { a: deep(2_000) } }, [400, 'invalid_request', '/details/a']],
    ['no offers', gift(), [400, 'invalid_request', '/skus']],
    ['101 offers', gift(...Array.from({ length: 101 }, (_, n) => offer(`X${n}`))), [400, 'invalid_request', '/skus']],
    ['a SKU twice', gift(offer('X1'), offer('X1')), [422, 'product_refused', '/skus/1/sku']],
    ['a SKU of another product', gift(offer('X1'), offer('X2'), offer('BIO_VERIFIED')), [422, 'sku_taken', '/skus/2/sku']],
    ['a SKU that cannot be one', gift(offer('A B')), [400, 'invalid_request', '/skus/0/sku']],
    ['a negative price', gift(offer('X1', { priceMinor: -1 })), [400, 'invalid_request', '/skus/0/priceMinor']],
    ['half a cent', gift(offer('X1', { priceMinor: 0.5 })), [400, 'invalid_request', '/skus/0/priceMinor']],
    ['a price of 10¹²', gift(offer('X1', { priceMinor: 1e12 })), [422, 'product_refused', '/skus/0/priceMinor']],
    ['a price in words', gift(offer('X1', { priceMinor: 'NaN' })), [400, 'invalid_request', '/skus/0/priceMinor']],
    ['an unknown currency', gift(offer('X1', { currency: 'QQQ' })), [422, 'product_refused', '/skus/0/currency']],
    ['a sale that has ended', gift(offer('X1', { availableUntil: '2020-01-01T00:00:00Z' })), [422, 'product_refused', '/skus/0/availableUntil']],
    ['a sale that ends before it begins', gift(offer('X1', { availableFrom: '2036-02-01T00:00:00Z', availableUntil: '2036-01-01T00:00:00Z' })), [422, 'product_refused', '/skus/0/availableUntil']],
    ['an unknown partner', { ...gift(offer('X1')), partner: 'nobody' }, [422, 'product_refused', '/partner']],
    ['fields that nobody knows', { ...gift(offer('X1', { bulk: 1 })), id: 'x' }, [400, 'invalid_request', '/skus/0/bulk', '/id']],
    ['a seat, which is made with its course', { ...gift(offer('X1')), productType: 'seat', details: { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'audit' } }, [409, 'edited_by_course']],
  ])('%s', async (_, body, problem) => {
    await refused(randomUUID(), body, problem);
  });

  it('a number that is none, and one that is too large', async () => {
    const body = (details: string, price: string) => `{"productType":"donation","title":"x","details":${details},"skus":[{"sku":"X1","priceMinor":${price},"currency":"USD"}]}`;
    await refused(randomUUID(), body('{}', 'NaN'), [400, 'invalid_json']);
    await refused(randomUUID(), body('{"purpose":1e999}', '1'), [400, 'invalid_request', '/details/purpose']);
    await refused(randomUUID(), body('{"__proto__":{"x":1}}', '1'), [400, 'invalid_request', '/details']);
    await refused(randomUUID(), body(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '1'), [400, 'invalid_request', '/details/a']);
    await refused(randomUUID(), body('{}', '1e300'), [400, 'invalid_request', '/skus/0/priceMinor']);
  });

  it('ten thousand offers', async () => {
    await refused(randomUUID(), gift(...Array.from({ length: 10_000 }, (_, n) => offer(`X${n}`))), [413, 'body_too_large']);
  });

  it('a seat of a course, which is changed with it', async () => {
    const course = await shop.ask<{ modes: { productId: string }[] }>('PUT', '/v1/courses/course-v1%3AAcmeX%2BOWNED%2B2026', { token: shop.staff, body: { name: 'x', modes: [{ mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'OWNED' }] }, headers: NEW });
    const id = course.body.modes[0]?.productId ?? '';
    const problem = await refused(id, { ...gift(offer('OWNED')), productType: 'seat', details: { courseId: 'course-v1:AcmeX+OWNED+2026', mode: 'audit' } }, [409, 'edited_by_course'], version(1));
    expect(problem.detail).toContain('/v1/courses/course-v1%3AAcmeX%2BOWNED%2B2026');
    const deleted = await shop.ask<ProblemBody>('DELETE', `/v1/products/${id}`, { token: shop.staff, headers: version(1) });
    expect([deleted.status, deleted.body.code]).toEqual([409, 'edited_by_course']);
    expect((await shop.ask<{ courseId: string }>('GET', `/v1/products/${id}`, { token: shop.staff })).body.courseId).toBe('course-v1:AcmeX+OWNED+2026');
  });

  it('another type or partner than it has, and an id that is none', async () => {
    const id = randomUUID();
    await put(id, gift(offer('FIXED')));
    await refused(id, { ...gift(offer('FIXED')), productType: 'seat', details: { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'audit' } }, [422, 'product_refused', '/productType'], version(1));
    await shop.ask('PUT', '/v1/partners/other', { token: shop.staff, body: { name: 'Other' } });
    await refused(id, { ...gift(offer('FIXED')), partner: 'other' }, [422, 'product_refused', '/partner'], version(1));
    await refused('not-a-uuid', gift(offer('X1')), [400, 'invalid_request', 'id']);
  });

  it('a request that does not say which version it changes, or one that is not there', async () => {
    const id = randomUUID();
    await refused(id, gift(offer('X1')), [428, 'version_required', 'If-Match'], {});
    await refused(id, gift(offer('X1')), [404, 'product_not_found'], version(1));
    expect((await shop.ask('GET', `/v1/products/${id}`, { token: shop.staff })).status).toBe(404);
    expect((await shop.ask('DELETE', `/v1/products/${id}`, { token: shop.staff, headers: version(1) })).status).toBe(404);
    expect((await shop.ask('DELETE', `/v1/products/${id}`, { token: shop.staff })).status).toBe(428);
    await put(id, gift(offer('FOUND')));
    await refused(id, gift(offer('FOUND')), [409, 'product_exists'], NEW);
  });
});

describe('a partner', () => {
  it('is added, renamed and listed', async () => {
    const save = (code: string, body: unknown) => shop.ask<{ code: string; name: string }>('PUT', `/v1/partners/${code}`, { token: shop.staff, body });
    const added = await save('acme', { name: 'Acme' });
    const renamed = await save('acme', { name: 'Acme University' });
    expect([added.status, renamed.status, renamed.body.name]).toEqual([201, 200, 'Acme University']);
    const { body } = await shop.ask<{ items: { code: string; name: string }[] }>('GET', '/v1/partners', { token: shop.staff });
    expect(body.items.map(({ code }) => code)).toEqual(expect.arrayContaining(['acme', 'default']));
    for (const [code, wrong] of [['ACME', { name: 'x' }], ['-a', { name: 'x' }], ['a'.repeat(33), { name: 'x' }], ['acme', { name: ' ' }], ['acme', { name: 'x', site: 1 }], ['acme', {}]] as const) expect((await save(code, wrong)).status).toBe(400);
  });
});
