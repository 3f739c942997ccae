import { randomUUID } from 'node:crypto';
import { ask, type OrderBody } from '../support/api-client.js';
import type { RunningProgram } from '../support/processes.js';
import { block } from '../support/blocker.js';
import { LEASE_MS, openShop, sale, type Shop } from '../support/shop.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

/**
 * The API is killed at each step from T1 to the answer. What it had acknowledged to nobody must still end well:
 * after the lease a resubmit completes the order with one effective enrollment, the key has its one answer, and no
 * attempt stays open.
 */
let shop: Shop;
let proxy: TcpProxy;
let doomed: RunningProgram;
beforeAll(async () => {
  shop = await openShop();
  const { hostname, port } = new URL(shop.databaseUrl);
  proxy = await TcpProxy.listen({ host: hostname, port: Number(port) });
}, 60_000);
beforeEach(async () => {
  doomed = await shop.startApi({ DATABASE_URL: proxy.through(shop.databaseUrl) });
}, 60_000);
afterEach(async () => {
  proxy.thaw();
  await doomed.kill();
  await shop.lms.control.mend();
});
afterAll(async () => {
  await proxy.close();
  await shop.close();
});

const SKU = 'BIO_VERIFIED';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Sale {
  readonly username: string;
  readonly key: string;
  /** Ends when the process is killed: nobody has an answer. */
  readonly answer: Promise<unknown>;
}

async function startSale(): Promise<Sale> {
  const { username } = await shop.learner();
  const key = randomUUID();
  const answer = ask(doomed.url, 'POST', '/v1/checkout', { token: shop.staff, key, body: sale(username, [SKU]) }).catch(() => 'killed');
  return { username, key, answer };
}

const atTheLms = (username: string) => until('the LMS was asked to enroll', async () => (await shop.lms.control.ledger({ user: username, method: 'POST' })).length > 0);
const placed = (username: string) => until('the order is placed', async () => (await shop.sql('select 1 from orders where learner_username = $1', [username])).length > 0);

/** What must hold whatever the step was. `posts` is how often the LMS was asked to enroll, in all. */
async function endsWell({ username, key, answer }: Sale, { posts, settled = false }: { posts: number; settled?: boolean }) {
  expect(await answer).toBe('killed');
  proxy.thaw();
  await shop.lms.control.mend();
  const [{ number } = { number: '' }] = await shop.sql<{ number: string }>('select number from orders where learner_username = $1', [username]);
  if (!settled) {
    const early = await shop.resubmit(number);
    expect([early.status, (early.body as unknown as { code: string }).code]).toEqual([409, 'delivery_in_progress']);
    await pause(LEASE_MS + 200);
    expect((await shop.resubmit(number)).body.status).toBe('complete');
  }
  const enrollments = await shop.lms.control.enrollments({ user: username });
  expect(enrollments.map(({ mode, isActive }) => [mode, isActive])).toEqual([['verified', true]]);
  expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(posts);
  const order = await shop.order(number);
  expect(order.lines[0]?.attemptLog.map(({ outcome }) => outcome)).toEqual(settled ? ['fulfilled'] : ['unknown', 'fulfilled']);
  await hasOneAnswer({ username, key }, order);
}

async function hasOneAnswer({ username, key }: { username: string; key: string }, order: OrderBody) {
  await shop.sql(`update idempotency_record set created_at = created_at - interval '1 hour' where key = $1`, [key]);
  const replays = await Promise.all([1, 2, 3].map(() => shop.ask('POST', '/v1/checkout', { token: shop.staff, key, body: sale(username, [SKU]) })));
  expect(replays.map(({ status, headers }) => [status, headers.get('idempotency-replayed')])).toEqual([1, 2, 3].map(() => [201, 'true']));
  expect(new Set(replays.map(({ text }) => text)).size).toBe(1);
  expect(replays[0]?.body).toMatchObject({ number: order.number, status: 'complete' });
  expect(await shop.sql('select 1 from orders where learner_username = $1', [username])).toHaveLength(1);
}

describe('an API process that is killed', () => {
  it('before T1 could be written leaves nothing, and the key is free', async () => {
    const blocker = await blockOrders();
    const sold = await startSale();
    await until('T1 waits', async () => (await waiting()).length > 0);
    await doomed.kill();
    await endWaiting();
    await blocker.release();
    expect(await sold.answer).toBe('killed');
    expect(await shop.sql('select 1 from orders where learner_username = $1', [sold.username])).toEqual([]);
    const again = await shop.ask('POST', '/v1/checkout', { token: shop.staff, key: sold.key, body: sale(sold.username, [SKU]) });
    expect([again.status, again.body.status]).toEqual([201, 'complete']);
  });

  it('after T1 was committed and before it knew', async () => {
    // What is owed is written with its order, so the commit is a request of its own.
    const sent = proxy.whenRequestContains('payments.write_owed').then(() => proxy.whenRequestContains('commit'));
    const sold = await startSale();
    await sent;
    proxy.freezeReplies();
    await placed(sold.username);
    await doomed.kill();
    expect(await shop.lms.control.ledger({ user: sold.username })).toEqual([]);
    await endsWell(sold, { posts: 1 });
  }, 20_000);

  it('after T1, while its call is on the way to the LMS', async () => {
    await shop.lms.control.faults({ kind: 'hang_before', method: 'POST' });
    const sold = await startSale();
    await atTheLms(sold.username);
    await doomed.kill();
    await endsWell(sold, { posts: 2 });
  }, 20_000);

  it('after the LMS has enrolled the learner, before the answer came', async () => {
    await shop.lms.control.faults({ kind: 'hang_after', method: 'POST' });
    const sold = await startSale();
    await atTheLms(sold.username);
    await doomed.kill();
    await endsWell(sold, { posts: 1 });
  }, 20_000);

  it('after the answer of the LMS, before T2 could be written', async () => {
    await shop.lms.control.faults({ kind: 'latency', ms: 200, method: 'POST' });
    const sold = await startSale();
    await placed(sold.username);
    const blocker = await blockLines(sold.username);
    await until('T2 waits', async () => (await waiting()).length > 0);
    await doomed.kill();
    await endWaiting();
    await blocker.release();
    await endsWell(sold, { posts: 1 });
  }, 20_000);

  it('after T2 was committed, before the answer was sent: it is complete, and the key has the answer', async () => {
    await shop.lms.control.faults({ kind: 'latency', ms: 200, method: 'POST' });
    const sold = await startSale();
    await placed(sold.username);
    proxy.freezeReplies();
    await until('the order is settled', async () => (await shop.sql(`select 1 from orders where learner_username = $1 and status = 'complete'`, [sold.username])).length > 0);
    await doomed.kill();
    await endsWell(sold, { posts: 1, settled: true });
  }, 20_000);
});

/** Statements that have reached PostgreSQL and wait for a lock. */
const waiting = () => shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
/** Ends them: for the database it is as if they had never come. */
const endWaiting = () => shop.sql(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);

/** Keeps every order from being inserted. */
const blockOrders = () => block(shop.databaseUrl, 'lock table orders in share mode');
/** Keeps a learner's lines from being changed. */
const blockLines = (username: string) => block(shop.databaseUrl, 'select 1 from order_line where learner_username = $1 for update', [username]);
