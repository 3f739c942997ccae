import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { ask as askApi, type Answer, type OrderBody, type ProblemBody } from '../support/api-client.js';
import type { Fault } from '../support/sandbox-control.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());
afterEach(() => shop.lms.control.mend());

const post = (fault: Fault): Fault => ({ method: 'POST', ...fault });
const expired = post({ kind: 'status', status: 400, body: { message: 'The [verified] course mode is expired or otherwise unavailable for course run [course-v1:AcmeX+BIO1+2026].' } });
const reason = 'the course is being rebuilt';

interface DetailBody extends OrderBody {
  readonly learner: { readonly username: string; readonly email: string | null };
  readonly lines: readonly (OrderBody['lines'][number] & { readonly heldAt: string | null; readonly givenUpAt: string | null; readonly paidAt: string | null; readonly courseId: string | null })[];
  readonly history: readonly (OrderBody['history'][number] & { readonly change: unknown; readonly lineId: string | null })[];
}

const ask = (method: string, path: string, body?: unknown, token: string | null = shop.staff) => shop.ask<DetailBody & ProblemBody>(method, path, { token, body });
const onLine = ({ body: { number, lines } }: Answer, verb: string, body: unknown = { reason }, index = 0) => ask('POST', `/v1/orders/${number}/lines/${lines[index]?.id}/${verb}`, body);
const resubmit = ({ body: { number } }: Answer, terms: object = {}) => ask('POST', `/v1/orders/${number}/resubmit`, { reason, ...terms });

/** An order whose delivery failed like this; the LMS works again. */
async function failedOrder(skus: readonly string[] = ['BIO_VERIFIED'], faults: readonly Fault[] = [expired]) {
  const { username, token } = await shop.learner();
  await shop.lms.control.faults(...faults);
  const order = await shop.sell(username, skus);
  await shop.lms.control.mend();
  return { order, username, token };
}

const activeModes = async (user: string) => (await shop.lms.control.enrollments({ user })).filter(({ isActive }) => isActive).map(({ mode }) => mode);

describe('a line that is held', () => {
  it('is not sent until it is released, and says so', async () => {
    const { order } = await failedOrder();
    const held = await onLine(order, 'hold');
    expect([held.status, held.body.lines[0]]).toEqual([200, expect.objectContaining({ status: 'failed', heldAt: expect.any(String), paidAt: expect.any(String), courseId: 'course-v1:AcmeX+BIO1+2026' })]);
    expect(held.body.history.at(-1)).toMatchObject({ event: 'hold', actor: 'staff', reason, lineId: order.body.lines[0]?.id });
    const refused = await resubmit(order);
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'line_held', detail: expect.stringContaining(order.body.lines[0]?.id ?? '') })]);
    expect((await onLine(order, 'hold')).body).toMatchObject({ status: 409, code: 'line_held' });
    expect((await onLine(order, 'release')).body.lines[0]).toMatchObject({ heldAt: null });
    expect((await onLine(order, 'release')).body).toMatchObject({ status: 409, code: 'line_not_held' });
    expect((await resubmit(order)).body).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled' }] });
    expect((await onLine(order, 'hold')).body).toMatchObject({ status: 409, code: 'line_finished' });
  });

  it('is left alone when the others of its order are sent', async () => {
    const { order } = await failedOrder(['BIO_VERIFIED', 'CHEM_VERIFIED']);
    await onLine(order, 'hold', { reason }, 1);
    expect((await resubmit(order)).body.lines.map(({ status }) => status)).toEqual(['fulfilled', 'failed']);
    expect((await resubmit(order)).body).toMatchObject({ status: 409, code: 'line_held' });
  });
});

describe('a line that is marked as done elsewhere', () => {
  it('is fulfilled when the LMS has the enrollment', async () => {
    const { order } = await failedOrder(['BIO_VERIFIED'], [post({ kind: 'reset_after' }), { kind: 'reset_before', method: 'GET' }]);
    expect(order.body.lines[0]).toMatchObject({ status: 'open', failure: { kind: 'network' } });
    const done = await onLine(order, 'done-elsewhere');
    expect([done.status, done.body.status, done.body.lines[0]]).toEqual([200, 'complete', expect.objectContaining({ status: 'fulfilled', receipt: expect.stringContaining('verified'), failure: null })]);
    expect(done.body.history.filter(({ event }) => event === 'fulfil')).toMatchObject([{ actor: 'staff', reason }]);
  });

  it('stays as it was when the LMS has none, and is fulfilled by force', async () => {
    const { order, username } = await failedOrder();
    const refused = await onLine(order, 'done-elsewhere');
    expect([refused.status, refused.body.code]).toEqual([409, 'not_delivered']);
    expect((await shop.order(order.body.number)).lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'rejected', passing: false } });
    const forced = await onLine(order, 'done-elsewhere', { reason, force: true });
    expect([forced.status, forced.body.lines[0], await activeModes(username)]).toEqual([200, expect.objectContaining({ status: 'fulfilled', receipt: 'Marked done elsewhere by staff' }), []]);
    expect((await onLine(order, 'done-elsewhere')).body).toMatchObject({ status: 409, code: 'line_finished' });
  });
});

describe('a line that is given up', () => {
  it('ends failed, for good', async () => {
    const { order } = await failedOrder();
    const given = await onLine(order, 'give-up');
    expect([given.status, given.body.status, given.body.lines[0]]).toEqual([200, 'fulfillment_error', expect.objectContaining({ status: 'failed', givenUpAt: expect.any(String), failure: expect.objectContaining({ kind: 'rejected' }) })]);
  });

  it('needs force where the LMS cannot say whether it arrived', async () => {
    const { order } = await failedOrder(['BIO_VERIFIED'], [{ kind: 'reset_before' }]);
    await shop.lms.control.outage();
    expect((await onLine(order, 'give-up')).body).toMatchObject({ status: 409, code: 'not_read_back' });
    expect((await onLine(order, 'give-up', { reason, force: true })).body.lines[0]).toMatchObject({ status: 'failed', givenUpAt: expect.any(String) });
  });
});

describe('a decision whose process is killed', () => {
  it('costs a lease: the line goes on as one that was being delivered, and is read back before it is sent', async () => {
    const { order, username } = await failedOrder(['BIO_VERIFIED'], [post({ kind: 'status_after', status: 502 })]);
    const lineId = order.body.lines[0]?.id;
    const second = await shop.startApi();
    await shop.lms.control.faults({ kind: 'hang_before', method: 'GET' });
    const asked = async () => (await shop.lms.control.ledger({ user: username, method: 'GET' })).length;
    const before = await asked();
    const deciding = askApi(second.url, 'POST', `/v1/orders/${order.body.number}/lines/${lineId}/give-up`, { token: shop.staff, body: { reason } }).catch(() => 'nobody answered');
    await until('the LMS is asked', async () => (await asked()) > before);
    await second.kill('SIGKILL');
    expect(await deciding).toBe('nobody answered');
    expect((await onLine(order, 'give-up')).body).toMatchObject({ status: 409, code: 'delivery_in_progress' });
    await shop.lms.control.mend();
    await shop.sql(`update order_line set lease_until = now() where id = $1`, [lineId]);
    const worker = await shop.startWorker();
    await until('the line is delivered', async () => (await shop.order(order.body.number)).status === 'complete');
    await worker.stop();
    expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(1);
  });
});

describe('an operation on a line', () => {
  const VERBS = ['hold', 'release', 'done-elsewhere', 'give-up'];

  it.each(VERBS)('(%s) is for staff, asks for a reason, and knows its fields and its lines', async (verb) => {
    const { order, token } = await failedOrder();
    const { order: other } = await failedOrder();
    const before = await shop.rowCounts();
    const path = (line: string | undefined, number = order.body.number) => `/v1/orders/${number}/lines/${line}/${verb}`;
    const own = order.body.lines[0]?.id;
    const problems = [
      await ask('POST', path(own), { reason }, token),
      await ask('POST', path(own), { reason }, null),
      await ask('POST', path(randomUUID()), { reason }),
      await ask('POST', path(other.body.lines[0]?.id), { reason }),
      await ask('POST', path(own, 'OF-1'), { reason }),
      await ask('POST', path('1'), { reason }),
      await ask('POST', path(own), {}),
      await ask('POST', path(own), { reason: '  ' }),
      await ask('POST', path(own), { reason: 'x'.repeat(501) }),
      await ask('POST', path(own), { reason, force: 'yes' }),
      await ask('POST', path(own), { reason, actor: 'somebody' }),
    ];
    expect(problems.map(({ status, body }) => [status, body.code, body.errors?.[0]?.pointer ?? body.errors?.[0]?.parameter])).toEqual([
      [403, 'staff_only', undefined],
      [401, 'unauthenticated', undefined],
      [404, 'line_not_found', undefined],
      [404, 'line_not_found', undefined],
      [404, 'order_not_found', undefined],
      [400, 'invalid_request', 'lineId'],
      [400, 'invalid_request', '/reason'],
      [400, 'invalid_request', '/reason'],
      [400, 'invalid_request', '/reason'],
      [400, 'invalid_request', '/force'],
      [400, 'invalid_request', '/actor'],
    ]);
    expect(await shop.rowCounts()).toEqual(before);
  });
});

describe('a resubmission by the details of today', () => {
  async function sellBroken() {
    const [sku, id] = [`REPAIR-${randomUUID().slice(0, 8)}`, randomUUIDv7()];
    await shop.sql(`insert into product (id, product_type, title, details, created_at, updated_at) values ($1, 'seat', $2, '{"courseId":"course-v1:AcmeX+NOWHERE+2026","mode":"verified"}', now(), now())`, [id, sku]);
    await shop.sql(`insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) values ($1, $2, 100, 'USD', now(), now())`, [sku, id]);
    const { username, token } = await shop.learner();
    const order = await shop.sell(username, [sku]);
    expect(order.body.lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'configuration' } });
    const repair = (details: object) => shop.sql(`update product set details = $2 where id = $1`, [id, JSON.stringify(details)]);
    return { order, username, token, repair };
  }

  it('delivers a product that was repaired, and puts old and new on record, for staff alone', async () => {
    const { order, username, token, repair } = await sellBroken();
    const [from, to] = [{ courseId: 'course-v1:AcmeX+NOWHERE+2026', mode: 'verified' }, { courseId: 'course-v1:AcmeX+CHEM1+2026', mode: 'verified' }];
    await repair(to);
    expect((await resubmit(order)).body.lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'configuration' } });
    const { body } = await resubmit(order, { refreshDetails: true });
    expect([body.lines[0], await activeModes(username)]).toEqual([expect.objectContaining({ status: 'fulfilled', courseId: to.courseId }), ['verified']]);
    expect(body.history.flatMap(({ event, change }) => (change ? [[event, change]] : []))).toEqual([['resubmit', { details: { from, to } }]]);
    const seen = await ask('GET', `/v1/orders/${order.body.number}`, undefined, token);
    expect([seen.status, seen.body.history.filter(({ change }) => change !== null)]).toEqual([200, []]);
  });

  it('fails as a configuration again when they still make no sense', async () => {
    const { order, repair } = await sellBroken();
    await repair({ mode: 'verified' });
    const { body } = await resubmit(order, { refreshDetails: true });
    expect(body.lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'configuration', detail: expect.stringContaining('courseId') }, courseId: null });
  });
});

describe('a resubmission to the right learner', () => {
  /** Sold to a name that the LMS does not know. */
  async function soldToNobody(skus: readonly string[] = ['BIO_VERIFIED']) {
    const username = `nobody-${randomUUID().slice(0, 8)}`;
    return { username, order: await shop.sell(username, skus) };
  }

  it('is delivered to him alone, and belongs to him', async () => {
    const [{ order, username }, right] = [await soldToNobody(), await shop.learner()];
    expect(order.body.lines[0]).toMatchObject({ failure: { kind: 'rejected' } });
    const { status, body } = await resubmit(order, { learner: { username: right.username, email: 'right@example.com' } });
    expect([status, body.status, body.learner, await activeModes(right.username)]).toEqual([200, 'complete', { username: right.username, email: 'right@example.com' }, ['verified']]);
    const change = { learner: { from: { username, email: `${username}@example.com` }, to: { username: right.username, email: 'right@example.com' } } };
    expect(body.history.find(({ event }) => event === 'correctLearner')).toMatchObject({ actor: 'staff', reason, change });
    const seen = await shop.ask('GET', `/v1/orders/${order.body.number}`, { token: right.token });
    expect([seen.status, seen.text]).toEqual([200, expect.not.stringContaining(`${username}@example.com`)]);
  });

  it('is refused once something may have reached the wrong one, or the right one has it', async () => {
    const right = await shop.learner();
    const { order: lost } = await failedOrder(['BIO_VERIFIED'], [{ kind: 'reset_before' }]);
    expect((await resubmit(lost, { learner: { username: right.username } })).body).toMatchObject({ status: 409, code: 'learner_fixed' });
    const buy = ({ token }: { token: string }) => shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku: 'FREE_VERIFIED', quantity: 1 }] } });
    await buy(right);
    await shop.lms.control.faults(expired);
    const order = await buy(await shop.learner());
    await shop.lms.control.mend();
    expect((await resubmit(order, { learner: { username: right.username } })).body).toMatchObject({ status: 409, code: 'already_owned' });
    expect((await shop.order(order.body.number)).history.map(({ event }) => event)).not.toContain('correctLearner');
  });

  it('is refused when nothing is left to send: the learner stays as he was', async () => {
    const { order, username } = await soldToNobody();
    await onLine(order, 'hold');
    const right = { username: (await shop.learner()).username };
    expect((await resubmit(order, { learner: right })).body).toMatchObject({ status: 409, code: 'line_held' });
    expect((await ask('GET', `/v1/orders/${order.body.number}`)).body.learner.username).toBe(username);
  });

  it.each<[string, object, string]>([
    ['a learner without a name', { learner: { email: 'right@example.com' } }, '/learner/username'],
    ['a name that is none', { learner: { username: '../admin' } }, '/learner/username'],
    ['an address that is none', { learner: { username: 'x', email: 'x' } }, '/learner/email'],
    ['more of the learner', { learner: { username: 'x', isStaff: true } }, '/learner/isStaff'],
    ['neither yes nor no', { refreshDetails: 1 }, '/refreshDetails'],
    ['something else', { lines: [] }, '/lines'],
  ])('names the wrong field when it is given %s', async (_, terms, pointer) => {
    const { status, body } = await resubmit({ body: { number: 'OF-100001' } } as Answer, terms);
    expect([status, body.code, body.errors?.map((error) => error.pointer)]).toEqual([400, 'invalid_request', [pointer]]);
  });
});

describe('the providers', () => {
  const PATH = '/v1/operations/dependencies';
  const change = (body: unknown, name = 'lms', token: string | null = shop.staff) => shop.ask<ProblemBody>('PUT', `${PATH}/${name}`, { token, body });
  const lms = { name: 'lms', productTypes: ['seat'], breaker: 'closed', failure: null, openUntil: null, throttledUntil: null, consecutiveFailures: 0, paused: null, ratePerMinute: 0, rateSetByOperator: false, tokens: null };
  const commerce = { ...lms, name: 'lms-commerce', productTypes: [] };
  const entitlements = { ...lms, name: 'lms-entitlements', productTypes: ['entitlement'] };
  const list = async () => (await shop.ask<{ items: unknown[] }>('GET', PATH, { token: shop.staff })).body.items;

  it('can be paused, which stops resubmissions until they are resumed, with who and why', async () => {
    const { order } = await failedOrder();
    const paused = await change({ paused: true, reason: 'upgrade of the LMS' });
    expect([paused.status, paused.body]).toEqual([200, expect.objectContaining({ name: 'lms', paused: { by: 'staff', reason: 'upgrade of the LMS', at: expect.any(String) } })]);
    expect(await list()).toMatchObject([{ name: 'lms', paused: { by: 'staff' } }, { name: 'lms-commerce', paused: null }, { name: 'lms-entitlements', paused: null }]);
    const refused = await resubmit(order);
    expect([refused.status, refused.body, refused.headers.get('retry-after')]).toEqual([409, expect.objectContaining({ code: 'provider_paused', detail: expect.stringContaining('upgrade of the LMS') }), expect.stringMatching(/^[1-9]\d*$/)]);
    expect((await onLine(order, 'done-elsewhere')).body).toMatchObject({ status: 409, code: 'not_delivered', detail: expect.stringContaining('upgrade of the LMS') });
    expect((await change({ paused: false, reason: 'done' })).body).toMatchObject({ paused: null });
    expect((await resubmit(order)).body.status).toBe('complete');
    expect(await shop.sql(`select actor, reason, change from dependency_change order by id`)).toEqual([
      { actor: 'staff', reason: 'upgrade of the LMS', change: { paused: true } },
      { actor: 'staff', reason: 'done', change: { paused: false } },
    ]);
  });

  it('can be limited, and go by their configured rate again', async () => {
    expect((await change({ ratePerMinute: 600, reason: 'they asked' })).body).toMatchObject({ ratePerMinute: 600, rateSetByOperator: true, tokens: { buyer: expect.any(Number), backlog: expect.any(Number) } });
    expect((await change({ ratePerMinute: null, reason: 'they are bigger now' })).body).toEqual(lms);
    expect(await list()).toEqual([lms, commerce, entitlements]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', { reason }, ''],
    ['no reason', { paused: true }, '/reason'],
    ['a rate of 0', { ratePerMinute: 0, reason }, '/ratePerMinute'],
    ['a rate and a half', { ratePerMinute: 1.5, reason }, '/ratePerMinute'],
    ['too high a rate', { ratePerMinute: 1_000_001, reason }, '/ratePerMinute'],
    ['a rate in words', { ratePerMinute: '60', reason }, '/ratePerMinute'],
    ['a pause in words', { paused: 'yes', reason }, '/paused'],
    ['an unknown field', { paused: true, reason, until: 'tomorrow' }, '/until'],
  ])('are left alone when %s is said', async (_, body, pointer) => {
    const before = await list();
    const refused = await change(body);
    expect([refused.status, refused.body.code, refused.body.errors?.map((error) => error.pointer)]).toEqual([400, 'invalid_request', [pointer]]);
    expect(await list()).toEqual(before);
  });

  it.each(['nobody', 'donation', '__proto__', 'LMS', 'lms%2Fx', '%00'])('are not called %j', async (name) => {
    const refused = await change({ paused: true, reason }, name);
    expect([refused.status, refused.body.code]).toEqual([404, 'dependency_not_found']);
    expect(await shop.sql(`select 1 from dependency_setting where name <> 'lms'`)).toEqual([]);
  });

  it('are for staff', async () => {
    const { token } = await shop.learner();
    expect([(await change({ paused: true, reason }, 'lms', token)).status, (await shop.ask('GET', PATH, { token })).status, (await shop.ask('GET', PATH)).status]).toEqual([403, 403, 401]);
  });
});
