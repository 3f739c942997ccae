import { ask } from '../support/api-client.js';
import { emptyRedisUrl } from '../support/redis.js';
import { openShop, sale, type Shop } from '../support/shop.js';
import { PATIENT_MS, until as patiently } from '../support/until.js';

/** What failed in passing is delivered by the worker, and nobody is asked. With Bull, and without Redis. */
describe.each([
  ['woken by Bull', async () => ({ REDIS_URL: await emptyRedisUrl() })],
  ['found by the sweep alone', () => Promise.resolve({})],
])('a retry, %s', (_, environment) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ env: await environment() });
    await shop.startWorker();
  }, 60_000);
  afterEach(() => shop.lms.control.reset());
  afterAll(() => shop.close());

  const until = (what: string, condition: () => Promise<boolean>) => patiently(what, condition, PATIENT_MS);
  const complete = (number: string) => until(`${number} is complete`, async () => (await shop.order(number)).status === 'complete');

  it('completes an order once the LMS works again: one enrollment, every attempt on record, nobody asked', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const { body } = await shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED']);
    expect(body).toMatchObject({ status: 'fulfillment_error', lines: [{ status: 'open', nextAttemptAt: expect.any(String), failure: { kind: 'server', passing: true } }, {}] });
    await until('it was tried again in vain', async () => (await shop.order(body.number)).lines.every(({ attempts }) => attempts > 1));
    await shop.lms.control.mend();
    await complete(body.number);
    const enrollments = await shop.lms.control.enrollments({ user: username });
    expect(enrollments.map(({ mode, isActive }) => [mode, isActive])).toEqual([['verified', true], ['verified', true]]);
    const { lines } = await shop.order(body.number);
    expect(new Set(lines.flatMap(({ attemptLog }) => attemptLog.map(({ requestedBy }) => requestedBy)))).toEqual(new Set(['checkout:staff', 'retry:scheduler']));
    expect(lines.map(({ attempts, attemptLog }) => attempts === attemptLog.length)).toEqual([true, true]);
  }, 60_000);

  it('leaves what failed for good to a person', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 403 });
    const { body } = await shop.sell(username, ['BIO_VERIFIED']);
    await shop.lms.control.mend();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await shop.order(body.number)).lines[0]).toMatchObject({ status: 'failed', attempts: 1, nextAttemptAt: null, failure: { passing: false } });
  }, 30_000);

  it('waits as long as a 429 asks, and does not count it', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 429, headers: { 'retry-after': '2' } });
    const { body } = await shop.sell(username, ['BIO_VERIFIED']);
    expect(body.lines[0]).toMatchObject({ status: 'open', failure: { kind: 'throttled', passing: true } });
    await shop.lms.control.mend();
    await complete(body.number);
    const [{ tries, waited_ms: waitedMs } = { tries: -1, waited_ms: 0 }] = await shop.sql<{ tries: number; waited_ms: number }>(
      `select l.tries, (extract(epoch from max(a.started_at) - min(a.ended_at)) * 1000)::float8 as waited_ms from order_line l join fulfillment_attempt a on a.line_id = l.id where l.learner_username = $1 group by l.tries`,
      [username],
    );
    expect(tries).toBe(1);
    expect(waitedMs).toBeGreaterThanOrEqual(2_000);
  }, 60_000);

  it('takes over the lines of an API that was killed, when their lease is over, and reads back first', async () => {
    const { username } = await shop.learner();
    const doomed = await shop.startApi();
    await shop.lms.control.faults({ kind: 'hang_after', method: 'POST' });
    void ask(doomed.url, 'POST', '/v1/checkout', { token: shop.staff, body: sale(username, ['BIO_VERIFIED']) }).catch(() => undefined);
    await until('the LMS was asked', async () => (await shop.lms.control.ledger({ user: username, method: 'POST' })).length > 0);
    await doomed.kill();
    await shop.lms.control.mend();
    const [{ number } = { number: '' }] = await shop.sql<{ number: string }>('select number from orders where learner_username = $1', [username]);
    await complete(number);
    expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(1);
    expect((await shop.order(number)).lines[0]?.attemptLog.map(({ outcome }) => outcome)).toEqual(['unknown', 'fulfilled']);
  }, 60_000);
});
