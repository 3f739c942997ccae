import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { freePort } from '../../apps/local/src/ports.js';
import { FakeLedger, FakeSource, startFakeWorker, type FakeWorker } from '../../libs/scheduler/src/due-work.fake.js';
import { until } from '../support/until.js';

/** A Redis without files that may be stopped, frozen and started again on its port: what it knew is gone then. */
class MortalRedis {
  private server: ChildProcess | null = null;

  constructor(readonly port: number) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server = await spawned(['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
  }

  async stop(): Promise<void> {
    if (this.server === null) return;
    const exited = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    this.server = null;
    await exited;
  }

  freeze(): void {
    this.server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.server?.kill('SIGCONT');
  }
}

async function spawned(args: readonly string[]): Promise<ChildProcess> {
  for (const program of ['redis-server', 'valkey-server']) {
    const child = spawn(program, args, { stdio: 'ignore' });
    const started = await once(child, 'spawn').catch(() => null);
    if (started !== null) return child;
  }
  throw new Error('This spec needs a redis-server or valkey-server that it may kill.');
}

let redis: MortalRedis;
let ledger: FakeLedger;
const workers: FakeWorker[] = [];
beforeEach(async () => {
  redis = new MortalRedis(await freePort());
  ledger = new FakeLedger();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
  await redis.stop();
});

async function start(options: { sweepIntervalMs?: number } = {}): Promise<FakeWorker> {
  const worker = await startFakeWorker({ redisUrl: redis.url, ...options }, new FakeSource(ledger));
  workers.push(worker);
  return worker;
}

const isUp = (worker: FakeWorker) => until('Redis is up', async () => (await worker.status()).redis === 'up');
const isDone = (left = 0) => until('it is done', () => Promise.resolve(ledger.left <= left));
const numbers = (length: number) => Array.from({ length }, (_, index) => String(index));
const effects = () => [...ledger.effects].sort((one, other) => Number(one) - Number(other));

/** Whether Bull, and not the sweep, brings work to this worker: the sweep does not see it. */
async function bullWorks(worker: FakeWorker): Promise<boolean> {
  const visits = ledger.visits;
  await worker.wakeUps.schedule([{ source: 'fake', id: 'none', key: String(Math.random()), inMs: 0 }]);
  await sleep(20);
  return ledger.visits > visits;
}

it('a worker starts, works and stops without the Redis that it was given', async () => {
  ledger.add(1_000);
  const worker = await start();
  await isDone();
  expect(effects()).toEqual(numbers(1_000));
  expect(await worker.status()).toMatchObject({ store: 'in-process', redis: 'down' });
});

it('a worker that started without Redis goes over to Bull when it comes', async () => {
  const worker = await start();
  await redis.start();
  await isUp(worker);
  await until('Bull brings work', () => bullWorks(worker));
});

it('nothing is lost or done twice when Redis is stopped, and started again without its memory', async () => {
  ledger.add(2_000);
  ledger.work = () => sleep(5);
  await redis.start();
  const [worker] = await Promise.all([start(), start()]);
  await isUp(worker);
  await isDone(1_800);
  await redis.stop();
  await isDone(1_200);
  await redis.start();
  await isUp(worker);
  await isDone();
  expect(effects()).toEqual(numbers(2_000));
  await until('Bull brings work', () => bullWorks(worker));
}, 20_000);

it('a Redis that keeps silent holds up neither the sweep, nor who schedules, nor the end of the process', async () => {
  await redis.start();
  const worker = await start();
  await isUp(worker);
  await until('Bull brings work', () => bullWorks(worker));
  redis.freeze();
  ledger.add(700);
  await worker.wakeUps.schedule([{ source: 'fake', id: '0', key: 'frozen', inMs: 0 }]);
  await isDone();
  expect((await worker.status()).redis).toBe('down');
  await worker.close();
  workers.length = 0;
  redis.thaw();
  expect(effects()).toEqual(numbers(700));
}, 20_000);

it('a worker whose Redis kept silent goes back to Bull', async () => {
  await redis.start();
  const worker = await start();
  await isUp(worker);
  redis.freeze();
  ledger.add(1);
  await isDone();
  redis.thaw();
  await isUp(worker);
  await until('Bull brings work', () => bullWorks(worker));
}, 20_000);

it('work goes on when Bull brings none of it: somebody paused its queue', async () => {
  await redis.start();
  const worker = await start();
  await isUp(worker);
  const queue = new Bull('due-work', redis.url, { prefix: '{of}' });
  await queue.pause();
  await queue.close();
  ledger.add(600);
  await isDone();
  expect(effects()).toEqual(numbers(600));
});

it('a job that Redis lost but whose id it kept, or that a frozen process took along, holds back its work for a sweep interval (the lock: the period in the id)', async () => {
  await redis.start();
  const client = new Redis(redis.url);
  const sweepIntervalMs = 700;
  // What the sweeps of this interval would add exists, but in no list. Without the period in the id, it would be the first of these.
  const period = Math.floor(Date.now() / sweepIntervalMs);
  for (const id of ['fake:0:0', ...[-1, 0, 1].map((offset) => `fake:0:0:${period + offset}`)]) await client.hset(`{of}:due-work:${id}`, 'data', '{}');
  client.disconnect();
  ledger.add(1);
  await start({ sweepIntervalMs });
  await isDone();
});
