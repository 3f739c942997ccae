import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { ask, type Answer, type ProblemBody, type RequestOptions } from '../support/api-client.js';
import { layCourse } from '../support/course-rows.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

interface VersionBody {
  readonly version: number;
  readonly enabled: boolean;
  readonly rules: readonly { readonly partner: string | null; readonly coursePattern: string; readonly percentage: number; readonly startsAt: string | null; readonly endsAt: string | null }[];
  readonly reason: string | null;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
  readonly hasLegacy: boolean;
  readonly notice: string | null;
}
interface PlanBody {
  readonly [count: string]: unknown;
}

const LEGACY = 'https://old-shop.example.com/basket/add/';
const CHECKOUT = 'https://pay.example.com/checkout';
const BIO = { id: 'course-v1:Roll+BIO+2027', partner: 'roll', sku: 'ROLL-BIO' };
const CHEM = { id: 'course-v1:Roll+CHEM+2027', partner: 'roll', sku: 'ROLL-CHEM' };
const OTHER = { id: 'course-v1:Other+ART+2027', partner: 'other', sku: 'OTHER-ART' };
const COURSES = [BIO, CHEM, OTHER];

let shop: Shop;
let lonely: string;
beforeAll(async () => {
  shop = await openShop({ env: { LEGACY_CHECKOUT_URL: LEGACY, CHECKOUT_PAGE_URL: CHECKOUT, PUBLIC_URL: 'https://buy.example.com' } });
  lonely = (await shop.startApi({ LEGACY_CHECKOUT_URL: '' })).url;
  for (const { id, partner, sku } of COURSES) await layCourse(shop, { id, partner, modes: [{ sku, mode: 'verified' }] });
}, 90_000);
afterAll(() => shop.close());

const rule = (change: object = {}) => ({ coursePattern: '*', percentage: 100, ...change });
const body = (...rules: readonly object[]) => ({ reason: 'step by step', enabled: true, rules });
const staff = <Body = VersionBody>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<Body>> => shop.ask<Body>(method, `/v1/rollout${path}`, { token: shop.staff, ...options });
const put = (sent: unknown, ifMatch: string) => staff<VersionBody & ProblemBody>('PUT', '', { body: sent, headers: { 'if-match': ifMatch } });
const startAnew = () => shop.sql('truncate rollout_version');
const versions = () => shop.sql<{ version: string }>('select version from rollout_version order by version');

describe('the rollout', () => {
  beforeEach(startAnew);

  it('is empty and off until somebody writes it, and is then what was written', async () => {
    const none = await staff('GET', '');
    expect([none.status, none.headers.get('etag')]).toEqual([200, '"0"']);
    expect(none.body).toEqual({ version: 0, enabled: false, rules: [], reason: null, changedBy: null, changedAt: null, hasLegacy: true, notice: null });

    const written = await put(body(rule({ partner: 'roll', percentage: 12.34, startsAt: '2027-01-01T00:00:00+02:00' })), '"0"');
    expect([written.status, written.headers.get('etag')]).toEqual([200, '"1"']);
    expect(written.body).toMatchObject({ version: 1, enabled: true, rules: [{ partner: 'roll', coursePattern: '*', percentage: 12.34, startsAt: '2026-12-31T22:00:00.000Z', endsAt: null }], reason: 'step by step', changedBy: 'staff' });
    expect((await staff('GET', '')).body).toEqual(written.body);
  });

  it('that was read can be sent again as it is', async () => {
    await put(body(rule({ endsAt: '2027-01-01T00:00:00Z' })), '"0"');
    const { body: { enabled, rules }, headers } = await staff('GET', '');
    expect((await put({ reason: 'the same', enabled, rules }, headers.get('etag') ?? '')).body).toMatchObject({ version: 2, rules });
  });

  it('is changed by who says which version he means, once', async () => {
    expect((await staff<ProblemBody>('PUT', '', { body: body() })).body).toMatchObject({ status: 428, code: 'version_required', errors: [{ header: 'If-Match' }] });
    expect((await staff('PUT', '', { body: body(), headers: { 'if-none-match': '*' } })).status).toBe(200);
    expect((await staff<ProblemBody>('PUT', '', { body: body(), headers: { 'if-none-match': '*' } })).body).toMatchObject({ status: 412, code: 'stale_version' });
    expect((await put(body(rule()), '"1"')).status).toBe(200);
    expect((await put(body(), '"1"')).body).toMatchObject({ status: 412, code: 'stale_version' });
    for (const tag of ['W/"2"', '2', '*', '"2", "3"']) expect((await put(body(), tag)).body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ header: 'If-Match' }] });
    expect(await versions()).toHaveLength(2);
  });

  it('has a history, page by page', async () => {
    for (const version of [0, 1, 2]) await put({ ...body(), reason: `change ${version}` }, `"${version}"`);
    const first = (await staff<{ items: VersionBody[]; nextCursor: string | null }>('GET', '/history?limit=2')).body;
    expect(first.items.map(({ version, reason }) => [version, reason])).toEqual([[3, 'change 2'], [2, 'change 1']]);
    const second = (await staff<typeof first>('GET', `/history?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ items: [{ version: 1, changedBy: 'staff' }], nextCursor: null });
    expect((await staff<ProblemBody>('GET', '/history?cursor=nonsense')).body).toMatchObject({ status: 400, errors: [{ parameter: 'cursor' }] });
  });

  it('is for staff', async () => {
    const { token } = await shop.learner();
    for (const [method, path, sent] of [['GET', ''], ['GET', '/history'], ['PUT', '', body()], ['POST', '/plan', { enabled: true, rules: [] }], ['POST', '/off', { reason: 'x' }], ['POST', '/on', { reason: 'x' }]] as const) {
      const answers = [await staff(method, path, { body: sent, token: null }), await staff(method, path, { body: sent, token })];
      expect(answers.map(({ status }) => status)).toEqual([401, 403]);
    }
    expect(await versions()).toEqual([]);
  });
});

describe('a rollout that cannot be', () => {
  beforeEach(startAnew);

  const refusals: readonly [string, object, number, string, string][] = [
    ['a percentage of 101', body(rule({ percentage: 101 })), 400, 'invalid_request', '/rules/0/percentage'],
    ['a negative percentage', body(rule({ percentage: -1 })), 400, 'invalid_request', '/rules/0/percentage'],
    ['three decimals', body(rule({ percentage: 0.001 })), 400, 'invalid_request', '/rules/0/percentage'],
    ['"NaN"', body(rule({ percentage: 'NaN' })), 400, 'invalid_request', '/rules/0/percentage'],
    ['an end that is its beginning', body(rule({ startsAt: '2027-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' })), 400, 'invalid_request', '/rules/0/endsAt'],
    ['201 rules', body(...Array.from({ length: 201 }, () => rule())), 400, 'invalid_request', '/rules'],
    ['an empty pattern', body(rule(), rule({ coursePattern: '' })), 400, 'invalid_request', '/rules/1/coursePattern'],
    ['a pattern of 300 characters', body(rule({ coursePattern: 'x'.repeat(300) })), 400, 'invalid_request', '/rules/0/coursePattern'],
    ['an unknown key', body(rule({ until: 'soon' })), 400, 'invalid_request', '/rules/0/until'],
    ['an unknown partner', body(rule(), rule(), rule(), rule({ partner: 'nobody' })), 422, 'rollout_refused', '/rules/3/partner'],
  ];

  it.each(refusals)('with %s is refused by its field, planned or not, and not written', async (_, sent, status, code, pointer) => {
    const { reason, ...planned } = sent as { reason: string };
    const answers = [await put({ reason, ...planned }, '"0"'), await staff<ProblemBody>('POST', '/plan', { body: planned })];
    for (const answer of answers) expect(answer.body).toMatchObject({ status, code, errors: [{ pointer }] });
    expect(await versions()).toEqual([]);
  });

  it('names what is wrong with a plan and with a switch', async () => {
    expect((await staff<ProblemBody>('POST', '/plan', { body: { ...body(), at: 'now' } })).body).toMatchObject({ status: 400, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/at' }), expect.objectContaining({ pointer: '/reason' })]) });
    for (const verb of ['on', 'off']) expect((await staff<ProblemBody>('POST', `/${verb}`, { body: { reason: ' ' } })).body).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
    expect(await versions()).toEqual([]);
  });
});

describe('a plan', () => {
  beforeEach(startAnew);

  const planned = { enabled: true, rules: [rule({ partner: 'roll', coursePattern: '*+BIO+*' }), rule({ partner: 'other', startsAt: '2999-01-01T00:00:00Z' })] };

  it('says which courses would go where, now and later, and writes nothing', async () => {
    const { status, body: plan } = await staff<PlanBody>('POST', '/plan', { body: planned });
    expect(status).toBe(200);
    expect(plan).toMatchObject({ comparedWith: 0, toCommerce: 1, toLegacy: 0, hasLegacy: true, notice: null, named: { toCommerce: [BIO.id], toLegacy: [], moreThanShown: false } });
    expect(plan['partners']).toEqual(expect.arrayContaining([{ partner: 'roll', courses: 2, toCommerce: 1, toLegacy: 0, unchanged: 1 }, { partner: 'other', courses: 1, toCommerce: 0, toLegacy: 0, unchanged: 1 }]));
    expect(plan['laterChanges']).toEqual([{ at: '2999-01-01T00:00:00.000Z', toCommerce: 1, toLegacy: 0 }]);
    expect(await versions()).toEqual([]);
  });

  it('is compared with what there is', async () => {
    await put({ reason: 'as planned', ...planned }, '"0"');
    expect((await staff<PlanBody>('POST', '/plan', { body: { enabled: false, rules: planned.rules } })).body).toMatchObject({ comparedWith: 1, toCommerce: 0, toLegacy: 1, named: { toLegacy: [BIO.id] }, laterChanges: [] });
    expect((await staff<PlanBody>('POST', '/plan', { body: { ...planned, at: '2999-06-01T00:00:00Z' } })).body).toMatchObject({ at: '2999-06-01T00:00:00.000Z', toCommerce: 1, named: { toCommerce: [OTHER.id] } });
  });

  it('says so where there is no old workflow: everything is sold here already', async () => {
    const { body: plan } = await ask<PlanBody>(lonely, 'POST', '/v1/rollout/plan', { token: shop.staff, body: planned });
    expect(plan).toMatchObject({ hasLegacy: false, notice: expect.stringContaining('LEGACY_CHECKOUT_URL'), toCommerce: 0, toLegacy: 0, laterChanges: [] });
    expect((await ask<VersionBody>(lonely, 'GET', '/v1/rollout', { token: shop.staff })).body).toMatchObject({ hasLegacy: false, notice: expect.stringContaining('every course uses this service') });
  });
});

describe('courses', () => {
  // Once: whoever has read a version may rely on its never being another.
  beforeAll(startAnew);

  const step = async (sent: object) => put(sent, (await staff('GET', '')).headers.get('etag') ?? '');
  const workflowOf = async ({ id }: { id: string }) => (await shop.ask<{ workflow: string }>('GET', `/v1/courses/${id}/purchase-options`)).body.workflow;
  const workflows = () => Promise.all(COURSES.map(workflowOf));
  const landing = async ({ sku }: { sku: string }) => new URL((await fetch(`${shop.api.url}/basket/add/?sku=${sku}`, { redirect: 'manual' })).headers.get('location') ?? '').origin;
  const landings = () => Promise.all(COURSES.map(landing));
  const [OLD, NEW] = [new URL(LEGACY).origin, new URL(CHECKOUT).origin];

  it('go over step by step, all back at once, and over again; the links that learners have lead along', async () => {
    expect([await workflows(), await landings()]).toEqual([['legacy', 'legacy', 'legacy'], [OLD, OLD, OLD]]);
    await put(body(rule({ coursePattern: BIO.id })), '"0"');
    expect([await workflows(), await landings()]).toEqual([['commerce', 'legacy', 'legacy'], [NEW, OLD, OLD]]);
    await put(body(rule({ partner: 'roll' })), '"1"');
    expect([await workflows(), await landings()]).toEqual([['commerce', 'commerce', 'legacy'], [NEW, NEW, OLD]]);

    const off = await staff('POST', '/off', { body: { reason: 'checkout is down' } });
    expect([off.status, off.headers.get('etag')]).toEqual([200, '"3"']);
    expect(off.body).toMatchObject({ enabled: false, rules: [{ partner: 'roll' }], reason: 'checkout is down' });
    expect([await workflows(), await landings()]).toEqual([['legacy', 'legacy', 'legacy'], [OLD, OLD, OLD]]);

    expect((await staff('POST', '/on', { body: { reason: 'mended' } })).body).toMatchObject({ version: 4, enabled: true });
    expect([await workflows(), await landings()]).toEqual([['commerce', 'commerce', 'legacy'], [NEW, NEW, OLD]]);
  });

  it('go where the plan said', async () => {
    const planned = { enabled: true, rules: [rule({ coursePattern: '*+CHEM+*', percentage: 0 }), rule({ coursePattern: '*+2027' })] };
    await step(body(rule({ partner: 'roll' })));
    const before = await workflows();
    const { body: plan } = await staff<PlanBody & { named: { toCommerce: string[] } }>('POST', '/plan', { body: planned });
    await step({ reason: 'as planned', ...planned });
    const now = await workflows();
    expect([before, now]).toEqual([['commerce', 'commerce', 'legacy'], ['commerce', 'legacy', 'commerce']]);
    expect(plan.named).toMatchObject({ toCommerce: [OTHER.id], toLegacy: [CHEM.id] });
  });

  const run = promisify(execFile);
  const ops = async (...argv: string[]) => (await run(process.execPath, [join(cloneFolder(), 'dist/apps/ops/src/ops.main.js'), 'rollout', ...argv], { cwd: cloneFolder(), env: { PATH: process.env['PATH'], DATABASE_URL: shop.databaseUrl } })).stdout;

  it('all go back by a command that needs nothing but the database', async () => {
    await step(body(rule({ partner: 'roll', percentage: 100 })));
    expect(await workflowOf(BIO)).toBe('commerce');
    expect(await ops('off', '--reason', 'the API does not answer', '--actor', 'night shift')).toMatch(/^The rollout is off: every course uses the old workflow/);
    await until('the API goes by it', async () => (await workflowOf(BIO)) === 'legacy');
    expect((await staff('GET', '')).body).toMatchObject({ enabled: false, rules: [{ partner: 'roll' }], changedBy: 'night shift', reason: 'the API does not answer' });

    expect(await ops('show')).toContain('\n   1  roll     *            100  -     -      now\n');
    expect(JSON.parse(await ops('on', '--reason', 'morning', '--json'))).toMatchObject({ enabled: true, rules: [{ partner: 'roll' }], changedBy: expect.stringMatching(/^cli:/) });
  }, 60_000);
});
