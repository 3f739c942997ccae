import type { RunningProgram } from '../support/processes.js';
import { PublishedCourses, type Prices } from '../support/published-courses.js';
import { emptyRedisUrl } from '../support/redis.js';
import type { Fault } from '../support/sandbox-control.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until as patiently } from '../support/until.js';

const COMMERCE = '/api/commerce/';
/** A call has time enough on a busy machine. */
const TIMES = { LMS_TIMEOUT_MS: '1000', FULFILLMENT_LEASE_MS: '5500' };
const CREDENTIALS = { LMS_OAUTH_CLIENT_ID: 'sandbox-client', LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret' };
const until = (what: string, condition: () => Promise<boolean>, limitMs = PATIENT_MS) => patiently(what, condition, limitMs);
const put = (fault: Fault): Fault => ({ method: 'PUT', path: COMMERCE, ...fault });

let shop: Shop;
let courses: PublishedCourses;
const sells = (id: string, prices: Prices) => until(`the LMS sells ${JSON.stringify(prices)}`, async () => JSON.stringify(Object.entries(await courses.prices(id)).sort()) === JSON.stringify(Object.entries(prices).sort()));
const becomes = (id: string, status: string, limitMs?: number) => until(`${id} is ${status}`, async () => (await courses.publication(id)).body.status === status, limitMs);

async function open(env: Readonly<Record<string, string>> = {}): Promise<void> {
  shop = await openShop({ env: { ...TIMES, ...env } });
  courses = new PublishedCourses(shop);
}

describe('a course that changes', () => {
  beforeAll(async () => {
    await open(CREDENTIALS);
    await shop.startWorker();
  }, 60_000);
  afterEach(() => shop.lms.control.reset());
  afterAll(() => shop.close());

  it('is at the LMS a sweep later, with its SKUs, and so is its next price', async () => {
    const id = await courses.atLmsWith();
    await courses.save(id, { audit: 0, verified: 49 });
    await sells(id, { audit: 0, verified: 49 });
    const [{ sku } = { sku: '' }] = await shop.sql<{ sku: string }>(`select sku from sku join product p on p.id = product_id where p.course_id = $1 and p.mode = 'verified'`, [id]);
    expect((await courses.modes(id)).find(({ name }) => name === 'verified')).toMatchObject({ sku, currency: 'usd', expires: null });
    await courses.save(id, { audit: 0, verified: 59 });
    await sells(id, { audit: 0, verified: 59 });
    await becomes(id, 'published');
    const { status, body } = await courses.publication(id);
    expect([status, body]).toMatchObject([200, { courseId: id, wantedVersion: 2, publishedVersion: 2, requestedBy: 'staff', reason: null, nextAttemptAt: null, failure: null, attempts: [{ outcome: 'published', version: 2 }, { outcome: 'published', version: 1 }] }]);
  }, 60_000);

  it('waits while the LMS is down, and is there with its last price when it is up', async () => {
    const id = await courses.atLmsWith();
    await courses.save(id, { verified: 49 });
    await sells(id, { verified: 49 });
    await shop.lms.control.outage();
    await courses.save(id, { verified: 59 });
    await until('it was tried in vain, and waits', async () => {
      const { status, tries, publishedVersion, nextAttemptAt, failure } = (await courses.publication(id)).body;
      return tries > 1 && status === 'waiting' && publishedVersion === 1 && nextAttemptAt !== null && failure?.kind === 'network';
    });
    await courses.save(id, { verified: 69 });
    await shop.lms.control.mend();
    await sells(id, { verified: 69 });
    await becomes(id, 'published');
  }, 60_000);

  it('and changes again while it is being published, ends with the last price', async () => {
    const id = await courses.atLmsWith();
    await shop.lms.control.faults(put({ kind: 'latency', ms: 500, times: 1 }));
    for (const price of [1, 2, 3, 4, 5]) await courses.save(id, { verified: price });
    await sells(id, { verified: 5 });
    await becomes(id, 'published');
    expect((await courses.publication(id)).body).toMatchObject({ wantedVersion: 5, publishedVersion: 5 });
  }, 60_000);

  it('is mended when an old publication that nobody awaits any more arrives after the new one', async () => {
    const id = await courses.atLmsWith();
    await courses.save(id, { verified: 49 });
    await sells(id, { verified: 49 });
    // Longer than a call is waited for and than all that follows, and shorter than a lease.
    await shop.lms.control.faults(put({ kind: 'latency', ms: 4_000, times: 1 }));
    await courses.save(id, { verified: 59 });
    await until('nobody awaits the first one any more', async () => (await courses.publication(id)).body.attempts.some(({ outcome }) => outcome === 'unknown'));
    await courses.save(id, { verified: 69 });
    await sells(id, { verified: 69 });
    await sells(id, { verified: 59 });
    await sells(id, { verified: 69 });
    await until('nothing is due any more', async () => (await courses.publication(id)).body.nextAttemptAt === null);
    expect((await courses.publication(id)).body).toMatchObject({ status: 'published' });
  }, 60_000);

  it('and whose answer is lost is not published twice', async () => {
    const id = await courses.atLmsWith();
    await shop.lms.control.faults(put({ kind: 'reset_after', times: 1 }));
    await courses.save(id, { verified: 49 });
    await becomes(id, 'published');
    expect([await courses.puts(id), (await courses.publication(id)).body.attempts.map(({ outcome }) => outcome)]).toEqual([['modes'], ['unchanged', 'unknown']]);
  }, 60_000);

  it.each([
    ['in an object', { verification_deadline: ['Too early.'] }, 'Too early.'],
    ['in a list', ['Professional education modes are not allowed to have expiration_datetime set.'], 'Professional education modes are not allowed to have expiration_datetime set.'],
    ['in a text', '"Not today."', 'Not today.'],
  ])('and is refused %s, shows the words of the LMS, and goes when an operator says so', async (_, body, words) => {
    const id = await courses.atLmsWith();
    await shop.lms.control.faults(put({ kind: 'status', status: 400, body }));
    await courses.save(id, { verified: 49 });
    await becomes(id, 'failed');
    expect((await courses.publication(id)).body).toMatchObject({ failure: { kind: 'rejected', httpStatus: 400, detail: expect.stringContaining(words) }, nextAttemptAt: null, attempts: [{ outcome: 'failed', httpStatus: 400, detail: expect.stringContaining(words) }] });
    await shop.lms.control.mend();
    expect((await courses.republish(id, { reason: 'repaired there' })).body).toMatchObject({ status: 'waiting', reason: 'repaired there', failure: null, requests: [{ actor: 'staff', reason: 'repaired there' }] });
    await sells(id, { verified: 49 });
  }, 60_000);

  it('and that the LMS does not know fails with its words', async () => {
    const id = 'course-v1:AcmeX+UNKNOWN+2026';
    await courses.save(id, { verified: 49 });
    await becomes(id, 'failed');
    expect((await courses.publication(id)).body.failure).toEqual({ kind: 'rejected', httpStatus: 400, detail: expect.stringContaining(`Course ${id} does not exist.`) });
  }, 60_000);

  it('and has a mode that only the LMS has waits for an operator, who names what may go', async () => {
    const id = await courses.atLmsWith([{ slug: 'honor' }, { slug: 'masters', minPrice: 900 }]);
    await courses.save(id, { verified: 49 });
    await becomes(id, 'confirm_required');
    expect((await courses.publication(id)).body).toMatchObject({ extraModes: [{ mode: 'honor', price: 0, currency: 'USD' }], nextAttemptAt: null });
    expect([await courses.prices(id), await courses.puts(id)]).toEqual([{ honor: 0, masters: 900 }, []]);
    const refused = await courses.republish(id, { reason: 'over', remove: ['honor', 'masters'] });
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'not_only_at_lms', errors: [{ pointer: '/remove', detail: expect.stringContaining('masters') }] }]);
    expect((await courses.publication(id)).body).toMatchObject({ status: 'confirm_required', requests: [] });
    expect((await courses.republish(id, { reason: 'over', remove: ['honor'] })).body).toMatchObject({ removableModes: ['honor'] });
    await sells(id, { masters: 900, verified: 49 });
    await becomes(id, 'published');
    expect((await courses.publication(id)).body).toMatchObject({ extraModes: [], removableModes: [], attempts: [{ outcome: 'published', removedModes: ['honor'] }, { outcome: 'confirm_required' }], requests: [{ reason: 'over', removableModes: ['honor'] }] });
  }, 60_000);

  it('and whose mode was withdrawn with a confirmation loses it at the LMS without a question', async () => {
    const id = await courses.atLmsWith();
    await courses.save(id, { audit: 0, verified: 49 });
    await sells(id, { audit: 0, verified: 49 });
    await courses.save(id, { verified: 49 });
    await sells(id, { verified: 49 });
  }, 60_000);

  it('and has a credit mode has credit switched on before', async () => {
    const id = await courses.atLmsWith();
    await courses.save(id, { verified: 49, credit: 90 }, { credit: { creditProvider: 'acme-university' } });
    await sells(id, { verified: 49, credit: 90 });
    expect(await courses.puts(id)).toEqual(['credit', 'modes']);
  }, 60_000);

  it('is published by its old key as well, whose slashes are sent as %2F', async () => {
    const id = 'AcmeX/OLD/2012';
    await courses.seed(id, []);
    await courses.save(id, { verified: 49 });
    await sells(id, { verified: 49 });
    await becomes(id, 'published');
    expect((await courses.republish(id)).status).toBe(200);
  }, 60_000);

  it('is counted by the metrics', async () => {
    const id = await courses.atLmsWith([{ slug: 'honor' }]);
    await courses.save(id, { verified: 49 });
    await becomes(id, 'confirm_required');
    const worker = await shop.startWorker();
    const metrics = async () => (await fetch(`${worker.url}/metrics`)).text();
    // What the courses of the tests before wait for may still be under way.
    await until('nothing waits, by the metrics', async () => /^catalog_publications_waiting\{[^}]*\} 0$/m.test(await metrics()));
    const text = await metrics();
    const [counted] = await shop.sql<Record<string, number>>(`select count(*) filter (where status = 'failed')::int as failed, count(*) filter (where status = 'confirm_required')::int as confirm_required from publication`);
    for (const [name, value] of Object.entries({ ...counted, waiting: 0 })) expect(text).toMatch(new RegExp(`^catalog_publications_${name}\\{[^}]*\\} ${value}$`, 'm'));
    expect(text).toMatch(/^catalog_oldest_waiting_publication_seconds\{[^}]*\} 0$/m);
    await worker.stop();
  }, 60_000);
});

describe('a worker', () => {
  beforeAll(() => open(), 60_000);
  const running: RunningProgram[] = [];
  const startWorker = async (env?: Readonly<Record<string, string>>) => {
    const worker = await shop.startWorker(env);
    running.push(worker);
    return worker;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((worker) => worker.stop()));
    await shop.lms.control.reset();
  });
  afterAll(() => shop.close());

  it('that dies with a publication is followed by another one, and nothing is lost', async () => {
    const id = await courses.atLmsWith();
    const first = await startWorker({ LMS_TIMEOUT_MS: '5000', FULFILLMENT_LEASE_MS: '25000' });
    await shop.lms.control.faults(put({ kind: 'hang_before', times: 1 }));
    await courses.save(id, { verified: 49 });
    await until('its call is at the LMS', async () => (await courses.puts(id)).length === 1);
    await first.kill();
    await shop.sql(`update publication set lease_until = now() where course_id = $1`, [id]);
    await startWorker();
    await sells(id, { verified: 49 });
    // A slow machine may bring a time-out of its own in between, which is one more attempt and changes nothing of this.
    const outcomes = async () => (await courses.publication(id)).body.attempts.map(({ outcome }) => outcome);
    await until('it was looked at once more', async () => (await outcomes())[0] === 'unchanged');
    expect([(await courses.publication(id)).body.status, (await outcomes())[1], (await outcomes()).at(-1)]).toEqual(['published', 'published', 'unknown']);
  }, 60_000);

  it('without an OAuth application publishes what needs none, and says what credit needs', async () => {
    await startWorker();
    const id = await courses.atLmsWith();
    await courses.save(id, { verified: 49, credit: 90 }, { credit: { creditProvider: 'acme-university' } });
    await becomes(id, 'failed');
    expect((await courses.publication(id)).body.failure).toMatchObject({ kind: 'configuration', detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') });
    expect(await courses.puts(id)).toEqual([]);
    await courses.save(id, { verified: 49 });
    await sells(id, { verified: 49 });
  }, 60_000);

  it('that shall not publish says so, and what changes waits visibly', async () => {
    const worker = await startWorker({ PUBLISH_TO_LMS: 'false' });
    expect(worker.output()).toContain('PUBLISH_TO_LMS is false');
    const id = await courses.atLmsWith();
    await courses.save(id, { verified: 49 });
    // Several of its sweeps.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { body } = await shop.ask<{ items: { courseId: string }[] }>('GET', '/v1/publications?status=waiting', { token: shop.staff });
    expect([body.items.map(({ courseId }) => courseId), await courses.prices(id), await shop.lms.control.ledger({ courseId: id })]).toMatchObject([[id], {}, [{ method: 'GET' }]]);
    await worker.stop();
    await startWorker();
    await sells(id, { verified: 49 });
  }, 60_000);

  it('does not start with a lease that could end while it publishes', async () => {
    const started = shop.startWorker({ LMS_TIMEOUT_MS: '3000', CHECKOUT_DEADLINE_MS: '500', FULFILLMENT_LEASE_MS: '12000' });
    await expect(started).rejects.toThrow('a publication may take 13000');
  }, 60_000);
});

describe('a worker that hardly ever sweeps', () => {
  beforeAll(async () => {
    await open({ REDIS_URL: await emptyRedisUrl(), SWEEP_INTERVAL_MS: '3600000' });
    await shop.startWorker();
  }, 60_000);
  afterAll(() => shop.close());

  it('is woken by each change and by operators (fails while a process that only wakes does not connect to Redis)', async () => {
    const id = await courses.atLmsWith();
    for (const verified of [49, 59]) {
      await courses.save(id, { verified });
      await sells(id, { verified });
    }
    await courses.seed(id, [{ slug: 'verified', minPrice: 1 }]);
    await courses.republish(id);
    await sells(id, { verified: 59 });
  }, 60_000);
});

describe('who asks', () => {
  beforeAll(() => open(), 60_000);
  afterAll(() => shop.close());
  const ask = (method: string, path: string, options: object = {}) => shop.ask<{ code: string; items: { courseId: string; status: string }[]; nextCursor: string | null; errors?: { parameter?: string; pointer?: string }[] }>(method, path, { token: shop.staff, ...options });

  it.each([
    ['GET', '/v1/publications', undefined],
    ['GET', '/v1/publications/course-v1:A+B+C', undefined],
    ['POST', '/v1/publications/course-v1:A+B+C/republish', { reason: 'r' }],
  ])('%s %s must be staff', async (method, path, body) => {
    const { token } = await shop.learner();
    expect([(await ask(method, path, { token, body })).status, (await ask(method, path, { token: null, body })).status]).toEqual([403, 401]);
  });

  it.each([
    ['GET', '/v1/publications?status=lost', undefined, 400, 'status'],
    ['GET', '/v1/publications?limit=0', undefined, 400, 'limit'],
    ['GET', '/v1/publications?cursor=nonsense', undefined, 400, 'cursor'],
    ['GET', `/v1/publications?cursor=${Buffer.from('2026-99-99T00:00:00.000000Z course-v1:A+B+C').toString('base64url')}`, undefined, 400, 'cursor'],
    ['GET', '/v1/publications/course-v1:No+Such+One', undefined, 404, undefined],
    ['GET', '/v1/publications/a%00b', undefined, 400, 'courseId'],
    ['POST', '/v1/publications/course-v1:No+Such+One/republish', { reason: 'r' }, 404, undefined],
    ['POST', '/v1/publications/course-v1:No+Such+One/republish', {}, 400, '/reason'],
    ['POST', '/v1/publications/course-v1:No+Such+One/republish', { reason: 'r', remove: 'honor' }, 400, '/remove'],
    ['POST', '/v1/publications/course-v1:No+Such+One/republish', { reason: 'r', force: true }, 400, '/force'],
  ])('%s %s with %j: %i', async (method, path, body, status, field) => {
    const answer = await ask(method, path, { body });
    expect([answer.status, answer.body.errors?.[0]?.parameter ?? answer.body.errors?.[0]?.pointer]).toEqual([status, field]);
  });

  it('sees the oldest requests first, page by page', async () => {
    const ids = [];
    for (const price of [1, 2, 3]) {
      ids.push(await courses.atLmsWith());
      await courses.save(ids.at(-1) ?? '', { verified: price });
    }
    const first = await ask('GET', '/v1/publications?limit=2&status=waiting');
    const second = await ask('GET', `/v1/publications?limit=2&status=waiting&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ courseId }) => courseId)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
  });
});
