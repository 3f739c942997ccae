import { ask } from '../support/api-client.js';
import { emptyRedisUrl } from '../support/redis.js';
import { openShop, sale, type Shop } from '../support/shop.js';
import { PATIENT_MS, until as patiently } from '../support/until.js';

const FAILURES = 3;

/** A provider that fails is left alone by every replica, and nobody waits for it. */
describe.each([
  ['shared through Redis', async () => ({ REDIS_URL: await emptyRedisUrl() })],
  ['shared through PostgreSQL', () => Promise.resolve({})],
])('the breaker, %s', (_, environment) => {
  let shop: Shop;
  const calls = async () => (await shop.lms.control.ledger()).length;
  const until = (what: string, condition: () => Promise<boolean>) => patiently(what, condition, PATIENT_MS);

  beforeAll(async () => {
    shop = await openShop({ env: { ...(await environment()), BREAKER_FAILURES: String(FAILURES), BREAKER_OPEN_MS: '2500' } });
  }, 60_000);
  afterAll(() => shop.close());

  it('opens after failures in a row, is seen by the other replica, and closes by itself: nothing lost, no attempt spent', async () => {
    const other = await shop.startApi();
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const failed = [];
    for (let index = 0; index < FAILURES; index += 1) failed.push(await shop.sell((await shop.learner()).username, ['BIO_VERIFIED']));
    expect(failed.map(({ body }) => body.lines[0]?.attempts)).toEqual([1, 1, 1]);
    const before = await calls();
    const refused = await shop.sell(username, ['BIO_VERIFIED']);
    expect(refused.status).toBe(201);
    expect(refused.body).toMatchObject({ status: 'fulfillment_error', lines: [{ status: 'open', attempts: 0, nextAttemptAt: expect.any(String), failure: { kind: 'server', passing: true } }] });

    let elsewhere = refused;
    await until('the other replica knows', async () => {
      elsewhere = await ask(other.url, 'POST', '/v1/checkout', { token: shop.staff, body: sale((await shop.learner()).username, ['BIO_VERIFIED']) });
      return elsewhere.body.lines[0]?.attempts === 0;
    });
    expect(await calls()).toBeLessThanOrEqual(before + 2);

    await shop.lms.control.mend();
    await shop.startWorker();
    const numbers = [...failed, refused, elsewhere].map(({ body }) => body.number);
    for (const number of numbers) await until(`${number} is complete`, async () => (await shop.order(number)).status === 'complete');
    expect((await shop.order(refused.body.number)).lines[0]?.attemptLog.map(({ requestedBy, outcome }) => [requestedBy, outcome])).toEqual([['retry:scheduler', 'fulfilled']]);
  }, 60_000);

  it('replays the answer of an order that nobody was called for', async () => {
    await shop.lms.control.faults({ kind: 'status', status: 401 });
    const { username } = await shop.learner();
    const first = await shop.sell((await shop.learner()).username, ['BIO_VERIFIED']);
    expect(first.body.lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'configuration' } });
    const key = 'a-key-of-the-breaker-spec';
    const refused = await shop.sell(username, ['BIO_VERIFIED'], { key });
    expect(refused.body.lines[0]).toMatchObject({ status: 'open', attempts: 0, failure: { kind: 'configuration', passing: true } });
    const again = await shop.sell(username, ['BIO_VERIFIED'], { key });
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, refused.text, 'true']);
    await shop.lms.control.mend();
  }, 30_000);

  it('lets an operator through who has mended the LMS, and closes for everybody', async () => {
    await shop.lms.control.faults({ kind: 'status', status: 401 });
    const { body } = await shop.sell((await shop.learner()).username, ['BIO_VERIFIED']);
    await shop.lms.control.mend();
    expect((await shop.resubmit(body.number)).body.status).toBe('complete');
    await until('buyers are served', async () => (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED'])).body.status === 'complete');
  }, 30_000);
});
