import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { tokenOf, type ProblemBody, type RequestOptions } from '../support/api-client.js';
import { openShop, sale, type Shop } from '../support/shop.js';

let shop: Shop;
let learner: { username: string; token: string };
beforeAll(async () => {
  shop = await openShop();
  learner = await shop.learner();
}, 60_000);
afterAll(() => shop.close());

const items = (...skus: readonly [string, unknown][]) => ({ items: skus.map(([sku, quantity]) => ({ sku, quantity })) });
const invoice = { processor: 'invoice', reference: 'PO-7' };

/** Asks, expects a problem that names the field or the fact, and no row left. */
async function refused(options: RequestOptions, status: number, code: string, where?: string, path = '/v1/checkout') {
  const before = await shop.rowCounts();
  const answer = await shop.ask<ProblemBody>('POST', path, options);
  const named = answer.body.errors?.map(({ pointer, parameter, header }) => pointer ?? parameter ?? header) ?? [];
  expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([status, code, expect.stringContaining('application/problem+json')]);
  expect(answer.body).toMatchObject({ status, type: expect.any(String), title: expect.any(String), detail: expect.stringMatching(/\w/), traceId: expect.any(String) });
  if (where !== undefined) expect(named).toContain(where);
  expect(await shop.rowCounts()).toEqual(before);
  return answer;
}

describe('a learner who asks for', () => {
  it.each<[string, object, number, string, string]>([
    ['nothing', { items: [] }, 400, 'invalid_request', '/items'],
    ['no items at all', {}, 400, 'invalid_request', '/items'],
    ['an empty SKU', items(['', 1]), 400, 'invalid_request', '/items/0/sku'],
    ['an unknown SKU', items(['BIO_AUDIT', 1], ['NOPE', 1]), 422, 'unknown_sku', '/items/1/sku'],
    ['an expired SKU', items(['PAST', 1]), 422, 'no_longer_sold', '/items/0/sku'],
    ['a SKU that is not sold yet', items(['FUTURE', 1]), 422, 'not_yet_sold', '/items/0/sku'],
    ['none of it', items(['BIO_AUDIT', 0]), 400, 'invalid_request', '/items/0/quantity'],
    ['one and a half', items(['BIO_AUDIT', 1.5]), 400, 'invalid_request', '/items/0/quantity'],
    ['a billion', items(['BIO_AUDIT', 1e9]), 400, 'invalid_request', '/items/0/quantity'],
    ['minus one', items(['BIO_AUDIT', -1]), 400, 'invalid_request', '/items/0/quantity'],
    ['"1"', items(['BIO_AUDIT', '1']), 400, 'invalid_request', '/items/0/quantity'],
    ['two seats for himself', items(['BIO_AUDIT', 2]), 422, 'quantity_not_allowed', '/items/0/quantity'],
    ['the same SKU twice', items(['BIO_AUDIT', 1], ['BIO_AUDIT', 1]), 400, 'invalid_request', '/items/1/sku'],
    ['101 lines', items(...Array.from({ length: 101 }, (_, n): [string, number] => [`S${n}`, 1])), 400, 'invalid_request', '/items'],
    ['two currencies', items(['BIO_VERIFIED', 1], ['EURO', 1]), 422, 'mixed_currencies', '/items'],
    ['what costs something, for free', items(['BIO_VERIFIED', 1]), 422, 'payment_required', '/payment/processor'],
    ['an invoice', { ...items(['BIO_AUDIT', 1]), payment: invoice }, 403, 'staff_only_processor', '/payment/processor'],
    ['an unknown processor', { ...items(['BIO_AUDIT', 1]), payment: { processor: '__proto__' } }, 422, 'unknown_processor', '/payment/processor'],
    ['somebody else', { ...items(['BIO_AUDIT', 1]), learner: { username: 'learner1' } }, 403, 'not_your_learner', '/learner/username'],
    ['an unknown field', { ...items(['BIO_AUDIT', 1]), discount: 100 }, 400, 'invalid_request', '/discount'],
    ['an unknown field of an item', { items: [{ sku: 'BIO_AUDIT', quantity: 1, price: 0 }] }, 400, 'invalid_request', '/items/0/price'],
    ['a product whose details lack the course run', items(['NO_COURSE', 1]), 422, 'product_misconfigured', '/items/0/sku'],
    ['a product that nothing delivers', items(['UNWIRED', 1]), 422, 'product_misconfigured', '/items/0/sku'],
    ['mail at no address', { ...items(['BIO_AUDIT', 1]), learner: { username: 'x', email: 'nobody' } }, 400, 'invalid_request', '/learner/email'],
    ['an opt-in that is no yes or no', { ...items(['BIO_AUDIT', 1]), emailOptIn: 'true' }, 400, 'invalid_request', '/emailOptIn'],
    ['an array', [], 400, 'invalid_request', ''],
  ])('%s gets a problem, and no row is left', async (_, body, status, code, where) => {
    await refused({ token: learner.token, body }, status, code, where);
  });

  it('a product whose details lack the course run is told which field', async () => {
    const { body } = await refused({ token: learner.token, body: items(['NO_COURSE', 1]) }, 422, 'product_misconfigured');
    expect(body.detail).toContain('/courseId');
  });

  it('staff selling by invoice without a reference are told so', async () => {
    await refused({ token: shop.staff, body: { ...sale('learner1', ['BIO_VERIFIED']), payment: { processor: 'invoice' } } }, 422, 'reference_required', '/payment/reference');
  });
});

describe('SQL and path tricks', () => {
  const TRICKS = [`'; drop table orders; --`, `x' or '1'='1`, '../../etc/passwd', '..%2f..', '%00', 'a\u0000b', '\ud800', '{"$ne":null}', '${7*7}', '<script>', 'a,course-v1:X+Y+Z', 'new\nline', 'x'.repeat(1_000)];

  it.each(TRICKS)('%j is refused as a SKU and as a username', async (trick) => {
    await refused({ token: learner.token, body: items([trick, 1]) }, 400, 'invalid_request', '/items/0/sku');
    await refused({ token: shop.staff, body: { ...sale('x', ['BIO_VERIFIED']), learner: { username: trick } } }, 400, 'invalid_request', '/learner/username');
  });

  it.each(TRICKS)('%j as an order number finds nothing', async (trick) => {
    const answer = await shop.ask<ProblemBody>('GET', `/v1/orders/${encodeURIComponent(trick.isWellFormed() ? trick : 'x')}`, { token: shop.staff });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.code).toMatch(/not_found|invalid_request/);
  });

  it.each(['a\u0000b', '\ud800', '\u001b[31m', ' ', ''])('%j is refused as an invoice reference and as a reason', async (trick) => {
    await refused({ token: shop.staff, body: { ...sale('learner1', ['BIO_VERIFIED']), payment: { processor: 'invoice', reference: trick } } }, 400, 'invalid_request', '/payment/reference');
    await refused({ token: shop.staff, body: { reason: trick } }, 400, 'invalid_request', '/reason', '/v1/orders/OF-100001/resubmit');
  });

  it('stay text where text is allowed', async () => {
    const { username } = await shop.learner();
    const reference = `PO'; drop table orders; -- \\ "{}" ☃`;
    const { status, body } = await shop.ask<{ payment: { reference: string } }>('POST', '/v1/checkout', { token: shop.staff, body: { ...sale(username, ['BIO_VERIFIED']), payment: { processor: 'invoice', reference } } });
    expect([status, body.payment.reference]).toEqual([201, reference]);
  });
});

describe('an Idempotency-Key', () => {
  it.each<[string, string | null, string]>([
    ['missing', null, 'idempotency_key_missing'],
    ['empty', '', 'idempotency_key_invalid'],
    ['of 256 characters', 'k'.repeat(256), 'idempotency_key_invalid'],
    ['with an umlaut', 'schl\u00fcssel', 'idempotency_key_invalid'],
    ['with a space inside', 'a key', 'idempotency_key_invalid'],
  ])('that is %s is refused', async (_, key, code) => {
    await refused({ token: learner.token, key, body: items(['BIO_AUDIT', 1]) }, 400, code, 'Idempotency-Key');
  });

  it('of 255 characters is taken', async () => {
    const { token } = await shop.learner();
    expect((await shop.ask('POST', '/v1/checkout', { token, key: 'k'.repeat(255), body: items(['BIO_AUDIT', 1]) })).status).toBe(201);
  });
});

describe('a body', () => {
  it('of 2 MB is refused', async () => {
    await refused({ token: learner.token, body: JSON.stringify({ items: [], padding: 'x'.repeat(2_000_000) }) }, 413, 'body_too_large');
  });

  it.each(['{"items":', '', '{"items":[{"sku":"A",}]}', 'null,'])('that is no JSON (%j) is refused', async (body) => {
    await refused({ token: learner.token, body }, 400, 'invalid_json');
  });

  it.each([
    ['"__proto__":{"isStaff":true}', '/__proto__'],
    ['"constructor":{"prototype":{"isStaff":true}}', '/constructor'],
  ])('that tries to change prototypes by %s is refused by the name of the key', async (member, pointer) => {
    await refused({ token: learner.token, body: `{"items":[{"sku":"BIO_AUDIT","quantity":1}],${member}}` }, 400, 'invalid_request', pointer);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('of the type %s is refused', async (type) => {
    await refused({ token: learner.token, body: '{"items":[]}', headers: { 'content-type': type } }, 415, 'unsupported_media_type');
  });
});

describe('a token', () => {
  const bad = async (authorization: string | undefined) => refused({ body: items(['BIO_AUDIT', 1]), headers: authorization === undefined ? {} : { authorization } }, 401, 'unauthenticated', 'Authorization');

  it('must be there', async () => {
    const answer = await bad(undefined);
    expect(answer.headers.get('www-authenticate')).toContain('JWT');
  });

  it.each<[string, Record<string, unknown>]>([
    ['has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['never expires', { exp: null }],
    ['is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['names nobody', { preferred_username: null }],
    ['names a path', { preferred_username: '../staff' }],
    ['says that its bearer is staff in words', { administrator: 'true' }],
  ])('that %s is refused', async (_, claims) => {
    await bad(`JWT ${await tokenOf('learner1', claims)}`);
  });

  it('that is unsigned (alg none), signed with another secret or another algorithm, or garbage is refused', async () => {
    const claims = { preferred_username: 'staff', administrator: true, iat: 1, exp: 9_999_999_999 };
    const { privateKey } = await generateKeyPair('RS256');
    await bad(`JWT ${new UnsecuredJWT(claims).encode()}`);
    await bad(`JWT ${await tokenOf('staff', { administrator: true }, 'another-secret-0123456789abcdef')}`);
    await bad(`JWT ${await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)}`);
    for (const header of ['JWT', 'JWT ', 'JWT abc', 'Basic c3RhZmY6', 'JWT a.b.c', `Token ${learner.token}`]) await bad(header);
  });

  it('of a learner opens nothing that is for staff', async () => {
    for (const action of ['resubmit', 'cancel']) {
      await refused({ token: learner.token, body: { reason: 'I want it' } }, 403, 'staff_only', undefined, `/v1/orders/OF-100001/${action}`);
    }
  });
});

describe('questions', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['cursor=garbage', 'cursor'],
    ['status=lost', 'status'],
    ['placedAfter=yesterday', 'placedAfter'],
    ['placedBefore=0000-01-01T00:00:00Z', 'placedBefore'],
    ['sku=%27', 'sku'],
    ['sku=A&sku=B', 'sku'],
    ['everything=1', 'everything'],
  ])('about orders by %s get a problem that names the parameter', async (query, parameter) => {
    const answer = await shop.ask<ProblemBody>('GET', `/v1/orders?${query}`, { token: shop.staff });
    expect([answer.status, answer.body.code, answer.body.errors?.[0]?.parameter]).toEqual([400, 'invalid_request', parameter]);
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/'],
    ['GET', '/v1/orders/OF-1/../../../health/secret'],
    ['GET', '/docs/%2e%2e/%2e%2e/etc/passwd'],
    ['DELETE', '/v1/orders/OF-100001'],
  ])('%s %s are answered 404, as a problem', async (method, path) => {
    const answer = await shop.ask<ProblemBody>(method, path, { token: shop.staff });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('about the order that does not exist are answered 404 for every deed', async () => {
    for (const action of ['resubmit', 'cancel']) {
      const answer = await shop.ask<ProblemBody>('POST', `/v1/orders/OF-1/${action}`, { token: shop.staff, body: { reason: 'x' } });
      expect([answer.status, answer.body.code]).toEqual([404, 'order_not_found']);
    }
  });

  it('a deed without a reason is refused', async () => {
    await refused({ token: shop.staff, body: {} }, 400, 'invalid_request', '/reason', '/v1/orders/OF-100001/cancel');
  });
});
