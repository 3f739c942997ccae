import { layCourse, layRollout } from '../support/course-rows.js';
import { ask, type ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

interface ModeBody {
  readonly mode: string;
  readonly sku: string;
  readonly canBuy: boolean;
  readonly reason: string | null;
  readonly purchaseUrl: string;
  readonly bulkPurchaseUrl: string | null;
  readonly [key: string]: unknown;
}
interface OptionsBody {
  readonly workflow: string;
  readonly receiptUrlPattern: string | null;
  readonly name: string;
  readonly modes: readonly ModeBody[];
}

const SITE = 'https://www.example.com';
const LINKS = {
  PUBLIC_URL: 'https://buy.example.com',
  CHECKOUT_PAGE_URL: 'https://pay.example.com/checkout',
  RECEIPT_PAGE_URL: 'https://pay.example.com/receipt?order={orderNumber}',
  SITE_ORIGINS: `${SITE}, https://courses.example.org`,
};
const LEGACY = 'https://ecommerce.example.com/basket/add/';

let shop: Shop;
let legacyApi: string;
beforeAll(async () => {
  shop = await openShop({ env: LINKS });
  legacyApi = (await shop.startApi({ ...LINKS, LEGACY_CHECKOUT_URL: LEGACY })).url;
}, 90_000);
afterAll(() => shop.close());

let courses = 0;
const newCourse = () => `course-v1:Shown+C${++courses}+2027`;
const path = (id: string) => `/v1/courses/${id}/purchase-options`;
const options = (id: string, headers: Record<string, string> = {}) => shop.ask<OptionsBody>('GET', path(id), { headers });

describe('the purchase options of a course', () => {
  it('are each mode with its SKU, price, window and button', async () => {
    const id = newCourse();
    await layCourse(shop, {
      id,
      name: 'Biology <One>',
      modes: [
        { sku: 'OPT-AUDIT', mode: 'audit', priceMinor: 0 },
        { sku: 'OPT-VERIFIED', mode: 'verified', until: `'2099-08-01T23:59:59Z'` },
        { sku: 'OPT-BULK', mode: 'verified', type: 'enrollment-code' },
        { sku: 'OPT-YEN', mode: 'honor', priceMinor: 4_900, currency: 'JPY', from: `'2001-01-01T00:00:00Z'` },
      ],
    });
    const { status, body, headers } = await options(id);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      courseId: id,
      name: 'Biology <One>',
      partner: 'default',
      workflow: 'commerce',
      receiptUrlPattern: LINKS.RECEIPT_PAGE_URL,
      modes: [
        { mode: 'audit', name: 'Audit', sku: 'OPT-AUDIT', bulkSku: null, priceMinor: 0, currency: 'USD', price: '0.00', expires: null, availableFrom: null, canBuy: true, reason: null, purchaseUrl: 'https://buy.example.com/basket/add/?sku=OPT-AUDIT', bulkPurchaseUrl: null },
        { mode: 'verified', name: 'Verified Certificate', sku: 'OPT-VERIFIED', bulkSku: 'OPT-BULK', priceMinor: 4_900, currency: 'USD', price: '49.00', expires: '2099-08-01T23:59:59.000Z', availableFrom: null, canBuy: true, reason: null, purchaseUrl: 'https://buy.example.com/basket/add/?sku=OPT-VERIFIED', bulkPurchaseUrl: 'https://buy.example.com/basket/add/?sku=OPT-BULK' },
        { mode: 'honor', name: 'Honor Certificate', sku: 'OPT-YEN', bulkSku: null, priceMinor: 4_900, currency: 'JPY', price: '4900', expires: null, availableFrom: '2001-01-01T00:00:00.000Z', canBuy: true, reason: null, purchaseUrl: 'https://buy.example.com/basket/add/?sku=OPT-YEN', bulkPurchaseUrl: null },
      ],
    });
  });

  it('say why a mode cannot be bought, and leave out what was withdrawn', async () => {
    const id = newCourse();
    await layCourse(shop, {
      id,
      modes: [
        { sku: 'WHY-SOON', mode: 'verified', from: `now() + interval '1 hour'` },
        { sku: 'WHY-OVER', mode: 'audit', until: `now() - interval '1 second'` },
        { sku: 'WHY-WRONG', mode: 'credit', details: { courseId: id, mode: 'credit' } },
        { sku: 'WHY-GONE', mode: 'honor', withdrawn: true },
      ],
    });
    const { body } = await options(id);
    expect(body.modes.map(({ sku, canBuy, reason }) => [sku, canBuy, reason])).toEqual([
      ['WHY-SOON', false, 'not_yet_sold'],
      ['WHY-OVER', false, 'no_longer_sold'],
      ['WHY-WRONG', false, 'product_misconfigured'],
    ]);
  });

  it('name the oldest of several SKUs, as the course itself does', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [{ sku: 'OLD-GONE', mode: 'audit', withdrawn: true }, { sku: 'OLD-B', mode: 'audit' }, { sku: 'OLD-A', mode: 'audit' }] });
    expect((await options(id)).body.modes.map(({ sku }) => sku)).toEqual(['OLD-B']);
  });

  it('are none where nothing is sold', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [] });
    expect((await options(id)).body).toMatchObject({ courseId: id, modes: [] });
  });

  it.each([
    ['course-v1:Nobody+Knows+This', 404, 'course_not_found'],
    ['Nobody%2FKnows%2FThis', 404, 'course_not_found'],
    ['course-v1:AcmeX+BIO1', 400, 'invalid_request'],
    ['BIO1', 400, 'invalid_request'],
    ['course-v1:A+B+%00', 400, 'invalid_request'],
    [`course-v1:A+B+${'C'.repeat(300)}`, 400, 'invalid_request'],
    ["course-v1:A+B+C'%20or%201=1", 400, 'invalid_request'],
  ])('of %s are a problem, which nobody keeps', async (id, status, code) => {
    const answer = await shop.ask<ProblemBody>('GET', path(id));
    expect([answer.status, answer.body.code, answer.headers.get('cache-control')]).toEqual([status, code, 'no-store']);
    if (status === 400) expect(answer.body.errors).toMatchObject([{ parameter: 'id' }]);
  });

  it('of many courses asked for at once are each its own', async () => {
    const ids = Array.from({ length: 120 }, newCourse);
    for (const [index, id] of ids.entries()) await layCourse(shop, { id, modes: [{ sku: `MANY-${index}`, mode: 'audit' }] });
    const answers = await Promise.all([...ids, 'course-v1:Not+There+1'].map((id) => options(id)));
    expect(answers.map(({ status, body }) => (status === 200 ? body.modes[0]?.sku : status))).toEqual([...ids.map((_, index) => `MANY-${index}`), 404]);
  });
});

describe('the workflow of a course', () => {
  const at = async (id: string) => (await (await fetch(`${legacyApi}${path(id)}`)).json()) as OptionsBody;

  it('is the old one until a rollout moves it, and its button follows', async () => {
    const [moved, left] = [newCourse(), newCourse()];
    for (const [id, sku] of [[moved, 'FLOW-M'], [left, 'FLOW-L']] as const) await layCourse(shop, { id, modes: [{ sku, mode: 'verified' }, { sku: `${sku}-BULK`, mode: 'verified', type: 'enrollment-code' }] });
    await layRollout(shop, true, { coursePattern: moved });
    expect(await at(moved)).toMatchObject({ workflow: 'commerce', receiptUrlPattern: LINKS.RECEIPT_PAGE_URL, modes: [{ purchaseUrl: 'https://buy.example.com/basket/add/?sku=FLOW-M', bulkPurchaseUrl: 'https://buy.example.com/basket/add/?sku=FLOW-M-BULK' }] });
    expect(await at(left)).toMatchObject({ workflow: 'legacy', receiptUrlPattern: null, modes: [{ purchaseUrl: `${LEGACY}?sku=FLOW-L`, bulkPurchaseUrl: `${LEGACY}?sku=FLOW-L-BULK`, canBuy: true }] });
  });

  it('decides who judges: of what the old one sells, neither our window nor our fulfillers speak against it', async () => {
    const [moved, left] = [newCourse(), newCourse()];
    const modes = (name: string) => [
      { sku: `${name}-OVER`, mode: 'verified', until: `now() - interval '1 second'` },
      { sku: `${name}-OVER-BULK`, mode: 'verified', type: 'enrollment-code' as const, until: `now() - interval '1 second'` },
      { sku: `${name}-SOON`, mode: 'audit', from: `now() + interval '1 hour'` },
      { sku: `${name}-WRONG`, mode: 'credit', details: {} },
      { sku: `${name}-GONE`, mode: 'honor', withdrawn: true },
    ];
    await layCourse(shop, { id: moved, modes: modes('OURS') });
    await layCourse(shop, { id: left, modes: modes('THEIRS') });
    await layRollout(shop, true, { coursePattern: moved });
    const judged = async (id: string) => (await at(id)).modes.map(({ sku, canBuy, reason }) => [sku, canBuy, reason]);
    expect(await judged(moved)).toEqual([['OURS-OVER', false, 'no_longer_sold'], ['OURS-SOON', false, 'not_yet_sold'], ['OURS-WRONG', false, 'product_misconfigured']]);
    expect(await judged(left)).toEqual([['THEIRS-OVER', true, null], ['THEIRS-SOON', true, null], ['THEIRS-WRONG', true, null]]);
    expect((await at(left)).modes[0]?.bulkPurchaseUrl).toBe(`${LEGACY}?sku=THEIRS-OVER-BULK`);
  });

  it('goes back by one switch, wherever it was turned', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [{ sku: 'SWITCH', mode: 'verified' }] });
    await layRollout(shop, true, {});
    expect((await at(id)).workflow).toBe('commerce');
    await layRollout(shop, false, {});
    await until('the old workflow sells it', async () => (await at(id)).workflow === 'legacy', PATIENT_MS);
  }, 2 * PATIENT_MS);

  it('is this one where there is no other', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [] });
    await layRollout(shop, false);
    expect((await options(id)).body.workflow).toBe('commerce');
  });
});

describe('an answer may be kept', () => {
  const maxAge = (headers: Headers) => Number(/^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1] ?? 'NaN');

  it('for a minute at most, and costs no body when the client has it', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [{ sku: 'KEEP', mode: 'audit' }] });
    const { headers, text } = await options(id);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(maxAge(headers)).toBeGreaterThan(0);
    expect(maxAge(headers)).toBeLessThanOrEqual(60);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await options(id, { 'if-none-match': tag });
      expect([again.status, again.text, again.headers.get('etag'), maxAge(again.headers) <= 60]).toEqual([304, '', etag, true]);
    }
    expect((await options(id, { 'if-none-match': '"other"' })).text).toBe(text);
    const head = await shop.ask('HEAD', path(id));
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
  });

  it('never beyond the moment at which it will be another', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [{ sku: 'ENDS', mode: 'verified', until: `now() + interval '3 seconds'` }, { sku: 'ENDS-LATER', mode: 'audit', until: `now() + interval '1 hour'` }] });
    const before = await options(id);
    expect(before.body.modes[0]?.canBuy).toBe(true);
    expect(maxAge(before.headers)).toBeLessThanOrEqual(3);
    await until('the sale is over', async () => (await shop.sql(`select from sku where sku = 'ENDS' and available_until <= now()`)).length === 1);
    const after = await options(id);
    expect([after.body.modes[0]?.reason, after.headers.get('etag') === before.headers.get('etag')]).toEqual(['no_longer_sold', false]);
  });

  it('nor beyond the date of a rollout', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [] });
    await layRollout(shop, true, { coursePattern: id, startsAt: new Date(Date.now() + 20_000).toISOString() });
    expect(maxAge((await fetch(`${legacyApi}${path(id)}`)).headers)).toBeLessThanOrEqual(20);
  });

  it('but not past a change that was made here: it is there with the next request', async () => {
    const id = newCourse();
    await layCourse(shop, { id, modes: [] });
    const reason = 'a test of what is kept';
    for (const [turn, workflow] of [['on', 'commerce'], ['off', 'legacy'], ['on', 'commerce']] as const) {
      await layRollout(shop, turn === 'off', {});
      const seen = async () => ((await (await fetch(`${legacyApi}${path(id)}`)).json()) as OptionsBody).workflow;
      await seen();
      expect((await ask(legacyApi, 'POST', `/v1/rollout/${turn}`, { token: shop.staff, body: { reason } })).status).toBe(200);
      expect(await seen()).toBe(workflow);
    }
  });
});

describe('a price that staff change', () => {
  const put = (url: string, id: string, priceMinor: number, version: number | null) =>
    ask<{ version: number }>(url, 'PUT', `/v1/courses/${id}`, {
      token: shop.staff,
      body: { name: 'Changed', modes: [{ mode: 'verified', priceMinor, currency: 'USD' }] },
      headers: version === null ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` },
    });
  const priceAt = async (id: string) => (await options(id)).body.modes[0]?.priceMinor;

  it('is there with the next request where it was changed, and a moment later everywhere', async () => {
    const id = newCourse();
    expect((await put(shop.api.url, id, 4_900, null)).status).toBe(201);
    expect(await priceAt(id)).toBe(4_900);
    expect((await put(shop.api.url, id, 5_900, 1)).status).toBe(200);
    expect(await priceAt(id)).toBe(5_900);
    expect((await put(legacyApi, id, 6_900, 2)).status).toBe(200);
    await until('the other process says the new price', async () => (await priceAt(id)) === 6_900, PATIENT_MS);
  }, 2 * PATIENT_MS);
});

describe('scripts of other origins', () => {
  const id = newCourse();
  beforeAll(() => layCourse(shop, { id, modes: [] }));
  const cors = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  it.each([SITE, 'https://courses.example.org'])('may read it when they come from %s, problems too', async (origin) => {
    for (const asked of [id, 'course-v1:Not+There+1', 'nonsense']) {
      const { headers } = await options(asked, { origin });
      expect([cors(headers), headers.get('vary')]).toEqual([{ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'ETag, X-Request-Id' }, 'Origin']);
    }
  });

  it.each(['https://evil.example.com', 'http://www.example.com', 'https://www.example.com:8443', 'https://www.example.com.evil.com', 'https://WWW.example.com', 'null', '*', ''])('may not when they come from %j', async (origin) => {
    const { status, headers } = await options(id, { origin });
    expect([status, cors(headers), headers.get('vary')]).toEqual([200, {}, 'Origin']);
    const asked = await shop.ask('OPTIONS', path(id), { headers: { origin, 'access-control-request-method': 'GET' } });
    expect([asked.status, cors(asked.headers)]).toEqual([204, {}]);
  });

  it('may ask before they read', async () => {
    for (const where of [path(id), '/v1/links', '/v1/prices']) {
      const { status, text, headers } = await shop.ask('OPTIONS', where, { headers: { origin: SITE, 'access-control-request-method': 'GET', 'access-control-request-headers': 'if-none-match' } });
      expect([status, text, cors(headers)]).toEqual([204, '', { 'access-control-allow-origin': SITE, 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': 'If-None-Match, X-Request-Id', 'access-control-max-age': '3600' }]);
    }
  });

  it.each([['GET', '/v1/orders'], ['OPTIONS', '/v1/orders'], ['OPTIONS', '/v1/checkout'], ['GET', '/health/live'], ['GET', '/basket/add/?sku=X'], ['OPTIONS', '/v1/courses/course-v1:A+B+C'], ['GET', '/nowhere']])('may read nothing else: %s %s', async (method, where) => {
    expect(cors((await shop.ask(method, where, { headers: { origin: SITE } })).headers)).toEqual({});
  });
});
