import { randomUUID } from 'node:crypto';
import { ask } from '../support/api-client.js';
import { openShop, sale, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

const PATH = '/api/entitlements/v1/entitlements/';
const CREDENTIALS = { LMS_OAUTH_CLIENT_ID: 'sandbox-client', LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret' };
const courseUuid = randomUUID();
const GIVEN = { courseUuid, mode: 'verified', expiredAt: null };

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ env: CREDENTIALS });
  await offer();
}, 60_000);
afterEach(() => shop.lms.control.reset());
afterAll(() => shop.close());

it('is bought and given once, and shows what was given', async () => {
  const { username } = await shop.learner();
  const { status, body } = await shop.sell(username, ['BIO-COURSE']);
  const [given, ...more] = await shop.lms.control.entitlements({ user: username });
  expect([status, body.status, more]).toEqual([201, 'complete', []]);
  expect(given).toMatchObject({ ...GIVEN, user: username, orderNumber: body.number });
  expect(body.lines).toMatchObject([{ status: 'fulfilled', receipt: `${given?.uuid} for course ${courseUuid} (verified)` }]);
  expect(await calls(username)).toEqual(['POST 201 created']);
});

it.each(['hang_after', 'reset_after', 'garbage'])('is found by its order when the answer is lost (%s)', async (kind) => {
  const { username } = await shop.learner();
  await shop.lms.control.faults({ kind, method: 'POST', path: PATH, times: 1 });
  const { body } = await shop.sell(username, ['BIO-COURSE']);
  expect(body).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled', attempts: 1 }] });
  expect(await shop.lms.control.entitlements({ user: username })).toMatchObject([{ ...GIVEN, orderNumber: body.number }]);
  expect((await calls(username)).map((call) => call.split(' ')[0])).toEqual(['POST', 'GET']);
});

it('is found by the worker when the LMS was away for the look-up too: exactly one', async () => {
  const worker = await shop.startWorker();
  try {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'reset_after', method: 'POST', path: PATH, times: 1 }, { kind: 'status', status: 503, path: PATH, method: 'GET' });
    const { body } = await shop.sell(username, ['BIO-COURSE']);
    expect(body.lines).toMatchObject([{ status: 'open', failure: { kind: 'network', passing: true } }]);
    await shop.lms.control.mend();
    await until('the order is complete', async () => (await shop.order(body.number)).status === 'complete', PATIENT_MS);
    expect(await shop.lms.control.entitlements({ user: username })).toMatchObject([{ ...GIVEN, orderNumber: body.number }]);
    expect((await calls(username)).filter((call) => call.startsWith('POST'))).toHaveLength(1);
  } finally {
    await worker.stop();
  }
}, 60_000);

it('waits for a learner who has no account yet, and is then given', async () => {
  const username = `newcomer-${randomUUID().slice(0, 12)}`;
  const { body } = await shop.sell(username, ['BIO-COURSE']);
  const [line] = (await shop.order(body.number)).lines;
  expect(line).toMatchObject({ status: 'open', nextAttemptAt: expect.any(String), failure: { kind: 'rejected', passing: true, detail: expect.stringMatching(/^user: /) }, attemptLog: [{ httpStatus: 400 }] });
  await shop.lms.control.seed({ users: [{ username, email: `${username}@example.com` }] });
  expect((await shop.resubmit(body.number)).body.status).toBe('complete');
  expect(await shop.lms.control.entitlements({ user: username })).toMatchObject([{ ...GIVEN, orderNumber: body.number }]);
});

it('is taken back with the order, once', async () => {
  const { username } = await shop.learner();
  const { body } = await shop.sell(username, ['BIO-COURSE']);
  const revoke = () => shop.ask('POST', `/v1/orders/${body.number}/revoke`, { token: shop.staff, body: { reason: 'refunded' } });
  expect((await revoke()).body.lines).toMatchObject([{ status: 'revoked' }]);
  expect(await shop.lms.control.entitlements({ user: username })).toMatchObject([{ orderNumber: body.number, expiredAt: expect.any(String) }]);
  expect(await shop.lms.control.ledger({ method: 'DELETE' })).toMatchObject([{ status: 204, effect: 'deactivated' }]);
  await revoke();
  expect(await shop.lms.control.ledger({ method: 'DELETE' })).toHaveLength(1);
});

it('needs an OAuth application: without one the line says so, and seats are sold as ever', async () => {
  const { username } = await shop.learner();
  const without = await shop.startApi({ LMS_OAUTH_CLIENT_ID: '', LMS_OAUTH_CLIENT_SECRET: '' });
  try {
    const learner = await shop.learner();
    const { body } = await ask(without.url, 'POST', '/v1/checkout', { token: shop.staff, body: sale(learner.username, ['BIO-COURSE', 'BIO_VERIFIED']) });
    expect(body.lines).toMatchObject([{ status: 'failed', failure: { kind: 'configuration', detail: expect.stringContaining('set LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET') } }, { status: 'fulfilled' }]);
  } finally {
    await without.stop();
  }
  await shop.lms.control.faults({ kind: 'status', status: 403, body: { detail: 'You do not have permission to perform this action.' }, path: PATH });
  const { body } = await shop.sell(username, ['BIO-COURSE', 'BIO_VERIFIED']);
  expect(body.lines).toMatchObject([{ status: 'failed', failure: { kind: 'configuration', detail: expect.stringContaining('owner is staff') } }, { status: 'fulfilled' }]);
}, 60_000);

it('is refused as a product that names no course', async () => {
  const { status, body } = await offer({ courseUuid: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' }, 'NO-SUCH');
  expect([status, body]).toMatchObject([422, { errors: [{ pointer: '/details/courseUuid' }] }]);
});

function offer(details: object = { courseUuid, mode: 'verified' }, sku = 'BIO-COURSE') {
  const body = { productType: 'entitlement', title: 'Biology, a run of your choice', details, skus: [{ sku, priceMinor: 5_900, currency: 'USD' }] };
  return shop.ask<unknown>('PUT', `/v1/products/${randomUUID()}`, { token: shop.staff, headers: { 'if-none-match': '*' }, body });
}

/** What the LMS was asked about the learner, e.g. `POST 201 created`. */
async function calls(username: string): Promise<string[]> {
  const asked = await shop.lms.control.ledger({ user: username });
  return asked.filter(({ path }) => path.startsWith(PATH)).map(({ method, status, effect }) => `${method} ${status} ${effect}`);
}
