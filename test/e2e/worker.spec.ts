import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../../apps/local/src/redis-server.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until as patiently } from '../support/until.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterEach(() => shop.lms.control.reset());
afterAll(() => shop.close());

const until = (what: string, condition: () => Promise<boolean>) => patiently(what, condition, PATIENT_MS);
const get = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};
const figure = (text: string, series: string) => Number(new RegExp(`^${series.replaceAll(/[{}"]/g, '\\$&')}[^ ]* (.+)$`, 'm').exec(text)?.[1] ?? 'NaN');

/** An order that waits, because the LMS was away when it was sold. */
async function waitingOrder(): Promise<string> {
  await shop.lms.control.faults({ kind: 'status', status: 503 });
  const { body } = await shop.sell((await shop.learner()).username, ['BIO_VERIFIED']);
  return body.number;
}

describe('a worker', () => {
  it('says how it is and what it has done, on a port of its own', async () => {
    const number = await waitingOrder();
    const worker = await shop.startWorker();
    const backlog = (await get(`${worker.url}/metrics`)).text;
    expect(figure(backlog, 'fulfillment_oldest_unfulfilled_paid_seconds')).toBeGreaterThan(0);
    expect([figure(backlog, 'fulfillment_waiting_lines'), figure(backlog, 'fulfillment_failed_lines'), figure(backlog, 'fulfillment_lapsed_leases')]).toEqual([1, 0, 0]);
    await shop.lms.control.mend();
    await until(`${number} is complete`, async () => (await shop.order(number)).status === 'complete');
    const done = (await get(`${worker.url}/metrics`)).text;
    expect(done).toMatch(/fulfillment_deliveries_total\{[^}]*product_type="seat",outcome="fulfilled",failure_kind="none"[^}]*\} 1/);
    expect(done).toMatch(/fulfillment_time_to_fulfilled_seconds_count\{[^}]*\} 1/);
    expect(done).toMatch(/fulfillment_dependency_breaker_state\{[^}]*dependency="lms"[^}]*\} 0/);
    expect(figure(done, 'fulfillment_oldest_unfulfilled_paid_seconds')).toBe(0);
    expect(await get(`${worker.url}/health/live`)).toMatchObject({ status: 200 });
    expect(JSON.parse((await get(`${worker.url}/health/ready`)).text)).toEqual({ status: 'ok', dependencies: { database: 'up', redis: 'not_configured' } });
    expect((await get(`${worker.url}/v1/orders`)).status).toBe(404);
    await worker.stop();
  }, 60_000);

  it('that is asked to stop finishes what it has begun, and nothing is left to a lease', async () => {
    const number = await waitingOrder();
    const worker = await shop.startWorker();
    await shop.lms.control.faults({ kind: 'latency', ms: 350, method: 'POST' });
    await until('the worker is delivering', async () => (await shop.sql('select 1 from order_line where claim_id is not null')).length > 0);
    await worker.stop();
    expect((await shop.order(number)).status).toBe('complete');
    expect(await shop.sql('select 1 from order_line where claim_id is not null')).toEqual([]);
  }, 60_000);
});

it('a worker lives on when Redis changes its password, and tells nobody the old one (fails without catchRefusals)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-redis-'));
  const redis = await startRedis(folder);
  if (redis === null) throw new Error('There is no redis-server or valkey-server here.');
  const admin = new Redis(redis.url);
  try {
    await admin.config('SET', 'requirepass', 'the-first-password');
    const url = new URL(redis.url);
    url.password = 'the-first-password';
    const worker = await shop.startWorker({ REDIS_URL: url.href });
    const subscribers = async () => String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).trim();
    await until('Bull listens', async () => (await subscribers()) !== '');
    await admin.config('SET', 'requirepass', 'the-second-password');
    for (const type of ['pubsub', 'normal']) await admin.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    const number = await waitingOrder();
    await shop.lms.control.mend();
    await until(`${number} is complete`, async () => (await shop.order(number)).status === 'complete');
    expect(worker.output()).not.toMatch(/the-first-password|uncaught|unhandled/);
    await worker.stop();
  } finally {
    admin.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}, 60_000);

describe('an API', () => {
  it('shows its figures on the port that is set for them, and nowhere else', async () => {
    const api = await shop.startApi({ METRICS_PORT: '0' });
    expect((await get(`${api.url}/metrics`)).status).toBe(404);
    const { url } = JSON.parse(/^.*"event":"metrics_listening".*$/m.exec(api.output())?.[0] ?? '{}') as { url: string };
    const { status, text } = await get(`${url}/metrics`);
    expect([status, text]).toEqual([200, expect.stringContaining('fulfillment_waiting_lines')]);
    await api.stop();
  }, 60_000);
});
