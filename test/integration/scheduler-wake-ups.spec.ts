import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { HORIZON_MS, SchedulerModule, SchedulerStatus, WakeUps } from '#scheduler';
import { FakeLedger, FakeSource, startFakeWorker, type FakeWorker } from '../../libs/scheduler/src/due-work.fake.js';
import { freePort } from '../../apps/local/src/ports.js';
import { testRedisUrl } from '../support/redis.js';
import { until } from '../support/until.js';

/** No sweep comes in the time of a test: what happens, a wake-up did. */
const NEVER_MS = 3_600_000;
let count = 0;
const workers: FakeWorker[] = [];
const newPrefix = () => `{wake-ups-${process.pid}-${(count += 1)}}`;

async function sleepyWorker(source: FakeSource, keyPrefix = newPrefix()): Promise<FakeWorker> {
  const worker = await startFakeWorker({ redisUrl: testRedisUrl(), keyPrefix, sweepIntervalMs: NEVER_MS }, source);
  workers.push(worker);
  await until('Redis is there', async () => (await worker.status()).redis === 'up');
  return worker;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
});

const wakeUp = (id: string, key = 'first', inMs = 0) => ({ source: 'fake', id, key, inMs });

describe('a wake-up', () => {
  it('comes when its time has come', async () => {
    const ledger = new FakeLedger();
    ledger.add(2);
    const worker = await sleepyWorker(new FakeSource(ledger));
    await worker.wakeUps.schedule([wakeUp('0', 'claim', 300), wakeUp('1', 'claim', HORIZON_MS)]);
    expect([ledger.visits, (await worker.status()).delayed]).toEqual([0, 2]);
    await until('the first is done', () => Promise.resolve(ledger.effects.length > 0));
    expect([ledger.effects, (await worker.status()).delayed]).toEqual([['0'], 1]);
  });

  it('comes from a process that only wakes, to one that works', async () => {
    const ledger = new FakeLedger();
    ledger.add(1);
    const keyPrefix = newPrefix();
    await sleepyWorker(new FakeSource(ledger), keyPrefix);
    const producer = await NestFactory.createApplicationContext(SchedulerModule.forProducer({ redisUrl: testRedisUrl(), keyPrefix }), { logger: false });
    await until('Redis is there', async () => (await producer.get(SchedulerStatus).read()).redis === 'up');
    await producer.get(WakeUps).schedule([wakeUp('0')]);
    await until('it is done', () => Promise.resolve(ledger.left === 0));
    expect(await producer.get(SchedulerStatus).read()).toMatchObject({ store: 'bull', lastSweepAt: null });
    await producer.close();
  });

  it('is dropped while one of the same key exists, and not when the key is another', async () => {
    const ledger = new FakeLedger();
    const worker = await sleepyWorker(new FakeSource(ledger));
    await worker.wakeUps.schedule([wakeUp('7', 'a', 200), wakeUp('7', 'a', 200), wakeUp('7', 'b', 200)]);
    expect((await worker.status()).delayed).toBe(2);
    await until('both came', () => Promise.resolve(ledger.visits === 2));
    await worker.wakeUps.schedule([wakeUp('7', 'a')]);
    await until('the key may be used again', () => Promise.resolve(ledger.visits === 3));
  });

  it('is left to the sweep when it lies beyond the horizon', async () => {
    const worker = await sleepyWorker(new FakeSource(new FakeLedger()));
    await worker.wakeUps.schedule([wakeUp('1', 'a', HORIZON_MS + 1)]);
    expect(await worker.status()).toMatchObject({ waiting: 0, delayed: 0 });
  });

  it('for an unknown source is dropped, and one whose work breaks down leaves its slot free', async () => {
    const ledger = new FakeLedger();
    ledger.add(12);
    ledger.work = (id) => (id === '11' ? Promise.resolve() : Promise.reject(new Error('broken')));
    const worker = await sleepyWorker(new FakeSource(ledger));
    await worker.wakeUps.schedule([{ ...wakeUp('0'), source: 'gone' }, ...Array.from({ length: 12 }, (_, id) => wakeUp(String(id)))]);
    await until('the last is done', () => Promise.resolve(ledger.effects.includes('11')));
    await until('nothing is left behind', async () => {
      const { waiting, delayed, active } = await worker.status();
      return waiting + delayed + active === 0;
    });
  });
});

it('all keys carry the hash tag, so that they lie on one node of a cluster', async () => {
  const keyPrefix = newPrefix();
  const worker = await sleepyWorker(new FakeSource(new FakeLedger()), keyPrefix);
  const redis = new Redis(testRedisUrl());
  await worker.wakeUps.schedule([wakeUp('1', 'a', 60_000), wakeUp('2', 'a', 60_000)]);
  const keys = await redis.keys(`*${keyPrefix.slice(1, -1)}*`);
  redis.disconnect();
  expect(keys).toEqual(expect.arrayContaining([`${keyPrefix}:due-work:delayed`, `${keyPrefix}:due-work:fake:1:a`]));
  expect(keys.filter((key) => !key.startsWith(`${keyPrefix}:`))).toEqual([]);
});

describe('without Redis', () => {
  it.each([
    ['none is configured', () => Promise.resolve(null), 'not_configured'],
    ['it is away', async () => `redis://127.0.0.1:${await freePort()}`, 'down'],
  ])('nobody is woken and nothing breaks: %s', async (_, url, redis) => {
    const producer = await NestFactory.createApplicationContext(SchedulerModule.forProducer({ redisUrl: await url() }), { logger: false });
    await producer.get(WakeUps).schedule([wakeUp('1')]);
    expect(await producer.get(SchedulerStatus).read()).toEqual({ store: 'in-process', waiting: 0, delayed: 0, active: 0, lastSweepAt: null, redis });
    await producer.close();
  });
});
