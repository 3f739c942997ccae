import { FakeLedger, FakeSource, startFakeWorker, type FakeWorker } from '../../libs/scheduler/src/due-work.fake.js';
import { testRedisUrl } from '../support/redis.js';
import { until } from '../support/until.js';

let count = 0;
let ledger: FakeLedger;
let endAll: () => void;
beforeEach(() => {
  ledger = new FakeLedger();
  const ended = new Promise<void>((resolve) => (endAll = resolve));
  ledger.work = () => ended;
});

async function busyWorker(redisUrl: string | null, drainMs: number): Promise<FakeWorker> {
  ledger.add(50);
  const worker = await startFakeWorker({ redisUrl, keyPrefix: `{stop-${process.pid}-${(count += 1)}}`, concurrency: 3, drainMs }, new FakeSource(ledger));
  await until('it is busy', async () => (await worker.status()).active >= 3 && ledger.visits === 3);
  return worker;
}

describe.each([
  ['on Bull', testRedisUrl],
  ['in the process', () => null],
])('a worker that is asked to stop, %s,', (_, redisUrl) => {
  it('waits for what runs, and begins nothing more (the lock: `WorkGate.close`)', async () => {
    const worker = await busyWorker(redisUrl(), 60_000);
    let closed = false;
    const closing = worker.close().then(() => (closed = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([closed, ledger.effects.length]).toEqual([false, 0]);
    endAll();
    await closing;
    expect([ledger.effects.length, ledger.left]).toEqual([3, 47]);
  });

  it('waits no longer than its limit', async () => {
    const worker = await busyWorker(redisUrl(), 50);
    await worker.close();
    expect(ledger.effects).toEqual([]);
    endAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([ledger.effects.length, ledger.visits]).toEqual([3, 3]);
  });
});
