import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { FakeLedger, FakeSource, startFakeWorker, type FakeWorker } from '../../libs/scheduler/src/due-work.fake.js';
import { testRedisUrl } from '../support/redis.js';
import { until } from '../support/until.js';

let count = 0;
const workers: FakeWorker[] = [];
const newPrefix = () => `{sweep-${process.pid}-${(count += 1)}}`;

async function start(options: Partial<Parameters<typeof startFakeWorker>[0]>, ...sources: FakeSource[]): Promise<FakeWorker> {
  const worker = await startFakeWorker({ redisUrl: testRedisUrl(), keyPrefix: newPrefix(), ...options }, ...sources);
  workers.push(worker);
  return worker;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
});

const done = (ledger: FakeLedger) => until('everything is done', () => Promise.resolve(ledger.left === 0));
const numbers = (length: number) => Array.from({ length }, (_, index) => String(index));
const once = (ledger: FakeLedger) => [...ledger.effects].sort((one, other) => Number(one) - Number(other));

describe('three replicas that sweep at once', () => {
  it('do everything, and nothing twice (the lock: the condition of the claim in `FakeLedger.claimAndWork`)', async () => {
    const ledger = new FakeLedger();
    ledger.add(3_000);
    ledger.work = () => sleep(1);
    const keyPrefix = newPrefix();
    await Promise.all(numbers(3).map(() => start({ keyPrefix, sweepIntervalMs: 20 }, new FakeSource(ledger))));
    await done(ledger);
    expect(once(ledger)).toEqual(numbers(3_000));
  });

  it('lose nothing when Redis forgets everything, again and again', async () => {
    const ledger = new FakeLedger();
    ledger.add(1_500);
    ledger.work = () => sleep(2);
    const keyPrefix = newPrefix();
    const redis = new Redis(testRedisUrl());
    await Promise.all(numbers(3).map(() => start({ keyPrefix }, new FakeSource(ledger))));
    for (const left of [1_300, 900, 500]) {
      await until('some is done', () => Promise.resolve(ledger.left <= left));
      // Other specs use the same server: what is forgotten is ours alone.
      const keys = await redis.keys(`${keyPrefix}*`);
      if (keys.length > 0) await redis.del(...keys);
      await redis.script('FLUSH');
    }
    redis.disconnect();
    await done(ledger);
    expect(once(ledger)).toEqual(numbers(1_500));
  });
});

describe.each([
  ['on Bull', testRedisUrl],
  ['in the process', () => null],
])('a worker %s', (_, redisUrl) => {
  it('drains 20,000 pieces of work while no more than 1,000 ever wait', async () => {
    const ledger = new FakeLedger();
    ledger.add(20_000);
    const worker = await start({ redisUrl: redisUrl() }, new FakeSource(ledger));
    let mostWaiting = 0;
    // At every turn of the event loop: what waits for a moment only is seen as well.
    while (ledger.left > 0) {
      mostWaiting = Math.max(mostWaiting, (await worker.status()).waiting);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('what was taken is done', () => Promise.resolve(once(ledger).length === 20_000));
    expect(once(ledger)).toEqual(numbers(20_000));
    expect(mostWaiting).toBeGreaterThan(0);
    expect(mostWaiting).toBeLessThanOrEqual(1_000);
  }, 30_000);

  it('never runs more than its concurrency, uses it, and runs nothing beside work that must be alone (the lock: `WorkGate`)', async () => {
    const ledger = new FakeLedger();
    ledger.add(400, { alone: (index) => index % 40 === 17 });
    ledger.work = () => sleep(2);
    await start({ redisUrl: redisUrl(), concurrency: 7 }, new FakeSource(ledger));
    await done(ledger);
    expect([once(ledger).length, ledger.mostAtOnce, ledger.overlaps]).toEqual([400, 7, 0]);
  });

  it('sweeps the other sources while one fails, one hangs and one has a long backlog', async () => {
    const [ledger, backlog] = [new FakeLedger(), new FakeLedger()];
    backlog.add(100_000);
    const failing = Object.assign(new FakeSource(new FakeLedger(), 'failing'), { findDue: () => Promise.reject(new Error('no database')) });
    const hanging = Object.assign(new FakeSource(new FakeLedger(), 'hanging'), { findDue: () => new Promise<never>(() => undefined) });
    const worker = await start({ redisUrl: redisUrl(), drainMs: 50 }, failing, hanging, new FakeSource(backlog, 'backlog'), new FakeSource(ledger));
    for (const round of [1, 2, 3]) {
      ledger.add(1);
      await until('it is done', () => Promise.resolve(ledger.effects.length === round));
    }
    expect(backlog.left).toBeGreaterThan(0);
    expect((await worker.status()).lastSweepAt).toBeNull();
  });

  it('tells when it swept', async () => {
    const before = new Date();
    const worker = await start({ redisUrl: redisUrl() }, new FakeSource(new FakeLedger()));
    await until('it swept', async () => ((await worker.status()).lastSweepAt ?? new Date(0)) >= before);
  });
});
