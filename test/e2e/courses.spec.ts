import { tokenOf, type ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

interface ModeBody {
  readonly mode: string;
  readonly sku: string;
  readonly priceMinor: number;
}
interface CourseBody {
  readonly id: string;
  readonly version: number;
  readonly modes: readonly ModeBody[];
}
type Headers = Readonly<Record<string, string>>;

const NEW: Headers = { 'if-none-match': '*' };
const version = (tag: number | string | null): Headers => ({ 'if-match': typeof tag === 'number' ? `"${tag}"` : (tag ?? '') });
const path = (id: string) => `/v1/courses/${encodeURIComponent(id)}`;
const put = <Body = CourseBody>(id: string, body: unknown, headers: Headers = NEW, query = '') => shop.ask<Body>('PUT', `${path(id)}${query}`, { token: shop.staff, body, headers });
const seat = (sku: string, more: object = {}) => ({ mode: 'verified', priceMinor: 4_900, currency: 'USD', sku, ...more });
const biology = (...modes: object[]) => ({ name: 'Biology One', modes });

let made = 0;
/** A key that no other test has. */
const someKey = () => `course-v1:AcmeX+C${(made += 1)}+2026`;

/** Rows in every table that a course could leave. */
async function rowCounts(): Promise<unknown> {
  return shop.sql(`select (select count(*) from course)::int as courses, (select count(*) from product)::int as products, (select count(*) from sku)::int as skus,
    (select count(*) from sku_change)::int as changes, (select count(*) from publication)::int as publications, (select sum(version) from course)::int as versions`);
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

describe('a course', () => {
  it('is made, read, changed and withdrawn by its version', async () => {
    const id = 'course-v1:AcmeX+LIFE+2026';
    const whole = {
      name: 'Life',
      verificationDeadline: '2036-09-01T00:00:00Z',
      modes: [
        { mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'LIFE-A' },
        { mode: 'verified', priceMinor: 4_900, currency: 'usd', sku: 'LIFE-V', bulkSku: 'LIFE-B', androidSku: 'mobile.android.life', iosSku: 'mobile.ios.life', availableFrom: '2026-01-01T00:00:00+02:00', expires: '2036-08-01T23:59:59.5Z' },
        { mode: 'credit', priceMinor: 15_000, currency: 'USD', sku: 'LIFE-C', creditProvider: 'asu' },
      ],
    };
    const created = await put(id, whole);
    expect([created.status, created.headers.get('etag'), created.headers.get('location')]).toEqual([201, '"1"', '/v1/courses/course-v1%3AAcmeX%2BLIFE%2B2026']);
    const nothing = { availableFrom: null, expires: null, creditProvider: null, bulkSku: null, androidSku: null, iosSku: null, productId: expect.any(String) };
    expect(created.body).toEqual({
      id,
      partner: 'default',
      name: 'Life',
      verificationDeadline: '2036-09-01T00:00:00.000Z',
      version: 1,
      updatedAt: expect.any(String),
      modes: expect.arrayContaining([
        { ...nothing, mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'LIFE-A' },
        { ...nothing, mode: 'verified', priceMinor: 4_900, currency: 'USD', sku: 'LIFE-V', bulkSku: 'LIFE-B', androidSku: 'mobile.android.life', iosSku: 'mobile.ios.life', availableFrom: '2025-12-31T22:00:00.000Z', expires: '2036-08-01T23:59:59.500Z' },
        { ...nothing, mode: 'credit', priceMinor: 15_000, currency: 'USD', sku: 'LIFE-C', creditProvider: 'asu' },
      ]),
    });
    const read = await shop.ask<CourseBody>('GET', path(id), { token: shop.staff });
    expect([read.status, read.headers.get('etag'), read.headers.get('cache-control'), read.body]).toEqual([200, '"1"', 'no-store', created.body]);

    const dearer = { ...whole, modes: whole.modes.map((mode) => ({ ...mode, priceMinor: mode.priceMinor + 100 })) };
    const changed = await put(id, dearer, version(read.headers.get('etag')));
    expect([changed.status, changed.headers.get('etag'), changed.headers.get('location'), changed.body.modes.map(({ priceMinor }) => priceMinor).sort((one, other) => one - other)]).toEqual([200, '"2"', null, [100, 5_000, 15_100]]);

    const unconfirmed = await shop.ask<ProblemBody>('DELETE', path(id), { token: shop.staff, headers: version(2) });
    expect([unconfirmed.status, unconfirmed.body.code, unconfirmed.body.errors?.length]).toEqual([422, 'removal_not_confirmed', 3]);
    const withdrawn = await shop.ask<CourseBody>('DELETE', `${path(id)}?confirm=true`, { token: shop.staff, headers: version(2) });
    expect([withdrawn.status, withdrawn.headers.get('etag'), withdrawn.body.modes]).toEqual([200, '"3"', []]);
    expect((await shop.ask('DELETE', path(id), { token: shop.staff, headers: version(3) })).status).toBe(200);
  });

  it('may have an old key, whose slashes are sent as %2F, and a long one in another script', async () => {
    for (const id of ['MITx/6.002x/2012_Fall', `course-v1:AcmeX+${'я'.repeat(230)}+2026`]) {
      const created = await put(id, biology({ mode: 'audit', priceMinor: 0, currency: 'USD' }));
      expect([created.status, created.body.id, created.headers.get('location')]).toEqual([201, id, path(id)]);
      expect((await shop.ask<CourseBody>('GET', path(id), { token: shop.staff })).body.id).toBe(id);
    }
  });

  it('loses no mode silently', async () => {
    const id = someKey();
    await put(id, biology(seat('SILENT-V'), { mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'SILENT-A' }));
    const problem = await refused(id, biology(seat('SILENT-V')), [422, 'removal_not_confirmed', '/modes'], version(1));
    expect(problem.detail).toContain('audit');
    const confirmed = await put(id, biology(seat('SILENT-V')), version(1), '?confirm=true');
    expect([confirmed.status, confirmed.body.modes.map(({ mode }) => mode)]).toEqual([200, ['verified']]);
    const { username } = await shop.learner();
    const gone = await shop.sell(username, ['SILENT-A']);
    expect([gone.status, (gone.body as unknown as ProblemBody).code]).toEqual([422, 'no_longer_sold']);
  });

  it('is found by its partner and by a part of its id or name, page by page', async () => {
    await shop.ask('PUT', '/v1/partners/geo', { token: shop.staff, body: { name: 'Geographers' } });
    const ids = ['course-v1:GeoX+1+2026', 'course-v1:GeoX+2+2026', 'course-v1:GeoX+3+2026'];
    for (const [index, id] of ids.entries()) await put(id, { name: `Rivers ${index}`, partner: 'geo', modes: [{ mode: 'audit', priceMinor: 0, currency: 'USD' }] });
    const listed = async (query: string) => (await shop.ask<{ items: CourseBody[]; nextCursor: string | null }>('GET', `/v1/courses?${query}`, { token: shop.staff })).body;
    const first = await listed('partner=geo&limit=2');
    const second = await listed(`partner=geo&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect([first.items.length, second.nextCursor]).toEqual([2, null]);
    expect((await listed('q=geox%2B2')).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await listed('q=rivers 2&partner=geo')).items.map(({ id }) => id)).toEqual([ids[2]]);
    expect((await listed('partner=nobody')).items).toEqual([]);
  });
});

describe('a price', () => {
  it('keeps its history over three changes, and what counts is seen at once: in the price list, in the course and at checkout', async () => {
    const id = 'course-v1:AcmeX+BIO1+2026';
    const created = await put(id, biology(seat('RISE', { priceMinor: 1_000 })));
    let tag = created.headers.get('etag');
    for (const priceMinor of [2_000, 3_000, 4_000]) {
      tag = (await put(id, biology(seat('RISE', { priceMinor })), version(tag))).headers.get('etag');
      const prices = await shop.ask<{ totalMinor: number }>('GET', '/v1/prices?sku=RISE');
      expect(prices.body.totalMinor).toBe(priceMinor);
    }
    const { username } = await shop.learner();
    const sold = await shop.sell(username, ['RISE']);
    expect([sold.body.status, (sold.body.lines[0] as unknown as { unitPriceMinor: number }).unitPriceMinor]).toEqual(['complete', 4_000]);

    type History = { items: { at: string; actor: string; priceMinor: number }[]; nextCursor: string | null };
    const { body } = await shop.ask<{ priceMinor: number; product: { courseId: string }; history: History }>('GET', '/v1/skus/RISE?limit=3', { token: shop.staff });
    const older = await shop.ask<{ history: History }>('GET', `/v1/skus/RISE?limit=3&cursor=${body.history.nextCursor}`, { token: shop.staff });
    const entries = [...body.history.items, ...older.body.history.items];
    expect(entries.map(({ actor, priceMinor }) => [actor, priceMinor])).toEqual([['staff', 4_000], ['staff', 3_000], ['staff', 2_000], ['staff', 1_000]]);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort().reverse());
    expect([body.priceMinor, body.product.courseId, older.body.history.nextCursor]).toEqual([4_000, id, null]);
  });
});

describe('two who have read the same version', () => {
  // Without the lock on the course's row (LOCK_COURSES) both find the version that they have read.
  it('and save at once: one is told that it is stale', async () => {
    const id = someKey();
    await put(id, biology(seat('BOTH')));
    for (let round = 1; round <= 5; round += 1) {
      const answers = await Promise.all([1, 2].map((who) => put(id, biology(seat('BOTH', { priceMinor: (round * 10 + who) * 100 })), version(round))));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const [lost] = answers.filter(({ status }) => status === 412).map(({ body }) => body as unknown as ProblemBody);
      expect([lost?.code, lost?.detail]).toEqual(['stale_version', expect.stringContaining(`version ${round + 1}`)]);
    }
  });

  it('are refused when they come late, and change nothing', async () => {
    const id = someKey();
    await put(id, biology(seat('LATE')));
    await put(id, biology(seat('LATE', { priceMinor: 100 })), version(1));
    await refused(id, biology(seat('LATE', { priceMinor: 200 })), [412, 'stale_version'], version(1));
    const deleted = await shop.ask<ProblemBody>('DELETE', `${path(id)}?confirm=true`, { token: shop.staff, headers: version(1) });
    expect([deleted.status, deleted.body.code]).toEqual([412, 'stale_version']);
  });
});

describe('a course is refused, and nothing is left of it:', () => {
  const past = '2020-01-01T00:00:00Z';
  it.each<[string, object, readonly [number, string, ...string[]]]>([
    ['no modes', { name: 'x', modes: [] }, [400, 'invalid_request', '/modes']],
    ['21 modes', { name: 'x', modes: Array.from({ length: 21 }, (_, n) => ({ mode: `m${n}`, priceMinor: 0, currency: 'USD' })) }, [400, 'invalid_request', '/modes']],
    ['a mode twice', biology(seat('X1'), seat('X2')), [422, 'course_refused', '/modes/1/mode']],
    ['a SKU twice', biology(seat('X1'), { mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'X1' }), [422, 'course_refused', '/modes/1/sku']],
    ['a SKU of another product', biology({ mode: 'audit', priceMinor: 0, currency: 'USD', sku: 'X0' }, seat('BIO_VERIFIED')), [422, 'course_refused', '/modes/1/sku']],
    ['a bulk SKU of another product', biology(seat('X1', { bulkSku: 'DONATE' })), [422, 'course_refused', '/modes/0/bulkSku']],
    ['a negative price', biology(seat('X1', { priceMinor: -100 })), [400, 'invalid_request', '/modes/0/priceMinor']],
    ['a price with a fraction', biology(seat('X1', { priceMinor: 0.5 })), [400, 'invalid_request', '/modes/0/priceMinor']],
    ['a price of 10¹²', biology(seat('X1', { priceMinor: 1e12 })), [422, 'course_refused', '/modes/0/priceMinor']],
    ['a price that is no number', biology(seat('X1', { priceMinor: '4900' })), [400, 'invalid_request', '/modes/0/priceMinor']],
    ['a price of null', biology(seat('X1', { priceMinor: null })), [400, 'invalid_request', '/modes/0/priceMinor']],
    ['a price that the LMS would cut', biology(seat('X1', { priceMinor: 4_950 })), [422, 'course_refused', '/modes/0/priceMinor']],
    ['an unknown currency', biology(seat('X1', { currency: 'QQQ' })), [422, 'course_refused', '/modes/0/currency']],
    ['a currency that is none', biology(seat('X1', { currency: 'dollars' })), [400, 'invalid_request', '/modes/0/currency']],
    ['a deadline in the past', biology(seat('X1', { expires: past })), [422, 'course_refused', '/modes/0/expires']],
    ['a verification deadline in the past', { ...biology(seat('X1')), verificationDeadline: past }, [422, 'course_refused', '/verificationDeadline']],
    ['a verification deadline before the upgrade deadline', { ...biology(seat('X1', { expires: '2036-02-01T00:00:00Z' })), verificationDeadline: '2036-01-01T00:00:00Z' }, [422, 'course_refused', '/verificationDeadline']],
    ['a sale that ends before it begins', biology(seat('X1', { availableFrom: '2036-02-01T00:00:00Z', expires: '2036-01-01T00:00:00Z' })), [422, 'course_refused', '/modes/0/expires']],
    ['a date that is none', biology(seat('X1', { expires: '2036-02-30T00:00:00Z' })), [400, 'invalid_request', '/modes/0/expires']],
    ['a date without a place on the clock', biology(seat('X1', { expires: '2036-02-01' })), [400, 'invalid_request', '/modes/0/expires']],
    ['a date after the end of dates', biology(seat('X1', { expires: '9999-12-31T23:59:59-12:00' })), [400, 'invalid_request', '/modes/0/expires']],
    ['credit without a provider', biology({ ...seat('X1'), mode: 'credit' }), [422, 'course_refused', '/modes/0/creditProvider']],
    ['a provider without credit', biology(seat('X1', { creditProvider: 'asu' })), [422, 'course_refused', '/modes/0/creditProvider']],
    ['professional with a deadline', biology({ ...seat('X1'), mode: 'professional', expires: '2036-01-01T00:00:00Z' }), [422, 'course_refused', '/modes/0/expires']],
    ['a mode that cannot be one', biology({ ...seat('X1'), mode: 'Verified!' }), [422, 'course_refused', '/modes/0/mode']],
    ['an unknown partner', { ...biology(seat('X1')), partner: 'nobody' }, [422, 'course_refused', '/partner']],
    ['a partner that cannot be one', { ...biology(seat('X1')), partner: 'A B' }, [400, 'invalid_request', '/partner']],
    ['a SKU that cannot be one', biology(seat("'; drop table sku; --")), [400, 'invalid_request', '/modes/0/sku']],
    ['a name of 256 characters', { ...biology(seat('X1')), name: 'x'.repeat(256) }, [400, 'invalid_request', '/name']],
    ['a name with a NUL', { ...biology(seat('X1')), name: 'a\u0000b' }, [400, 'invalid_request', '/name']],
    ['fields that nobody knows', { ...biology(seat('X1', { cheap: true })), price: 5 }, [400, 'invalid_request', '/modes/0/cheap', '/price']],
    ['several mistakes, each of them named', biology(seat('X1', { currency: 'QQQ', expires: past }), seat('X2', { priceMinor: 1e12 })), [422, 'course_refused', '/modes/1/mode', '/modes/0/currency', '/modes/0/expires', '/modes/1/priceMinor']],
  ])('%s', async (_, body, problem) => {
    await refused('course-v1:AcmeX+REFUSED+2026', body, problem);
  });

  it.each(['course-v1:AcmeX+BIO1', 'BIO1', 'a/b', "x' or '1'='1", 'course-v1:A+B+C+D E'])('the key %j', async (id) => {
    await refused(id, biology(seat('X1')), [422, 'course_refused', '/id']);
  });

  it.each(['\u0000', 'course-v1:A+B+\u202eC', 'new\nline', 'x'.repeat(256)])('the key %j, which is no text for a key', async (id) => {
    await refused(id, biology(seat('X1')), [400, 'invalid_request', 'id']);
    expect((await shop.ask('GET', path(id), { token: shop.staff })).status).toBe(400);
  });

  it('a request that does not say which version it changes, or says it wrongly', async () => {
    await refused(someKey(), biology(seat('X1')), [428, 'version_required', 'If-Match'], {});
    await refused(someKey(), biology(seat('X1')), [400, 'invalid_request', 'If-Match'], { 'if-match': 'W/"1"' });
    await refused(someKey(), biology(seat('X1')), [404, 'course_not_found'], version(1));
    const id = someKey();
    await put(id, biology(seat('THERE')));
    await refused(id, biology(seat('THERE')), [409, 'course_exists'], NEW);
    const deleted = await shop.ask<ProblemBody>('DELETE', path(id), { token: shop.staff, headers: NEW });
    expect([deleted.status, deleted.body.errors?.[0]?.header]).toEqual([400, 'If-None-Match']);
  });

  it('whoever is not staff', async () => {
    const token = await tokenOf('learner1');
    for (const [method, where] of [['GET', '/v1/courses'], ['GET', path('x')], ['PUT', path('x')], ['DELETE', path('x')], ['GET', '/v1/products'], ['GET', '/v1/skus/RISE'], ['GET', '/v1/partners'], ['PUT', '/v1/partners/me']] as const) {
      const body = method === 'PUT' ? { name: 'x' } : undefined;
      expect((await shop.ask<ProblemBody>(method, where, { token, body })).body.code).toBe('staff_only');
      expect((await shop.ask<ProblemBody>(method, where, { body })).body.code).toBe('unauthenticated');
    }
  });

  it.each([
    ['/v1/courses?limit=0', 'limit'],
    ['/v1/courses?partner=A%20B', 'partner'],
    ['/v1/courses?q=%00', 'q'],
    ['/v1/courses?cursor=AAAA', 'cursor'],
    ['/v1/courses?everything=1', 'everything'],
    ['/v1/skus/RISE?cursor=AAAA', 'cursor'],
    ['/v1/skus/RISE?cursor=LTE', 'cursor'],
    ["/v1/skus/R'", 'sku'],
  ])('the question %s', async (where, parameter) => {
    const { status, body } = await shop.ask<ProblemBody>('GET', where, { token: shop.staff });
    expect([status, body.code, body.errors?.[0]?.parameter]).toEqual([400, 'invalid_request', parameter]);
  });

  it('a question for what is not there', async () => {
    for (const [where, code] of [[path('course-v1:AcmeX+NONE+2026'), 'course_not_found'], ['/v1/skus/NONE', 'sku_not_found']] as const) {
      const { status, body } = await shop.ask<ProblemBody>('GET', where, { token: shop.staff });
      expect([status, body.code]).toEqual([404, code]);
    }
  });
});
