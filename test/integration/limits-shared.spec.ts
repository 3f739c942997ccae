import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { jest } from '@jest/globals';
import { EntityManager } from '@mikro-orm/postgresql';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { mikroOrmOptions } from '#config';
import { DependencyLimits, LimitsModule, type LimitsOptions, type Report, type Traffic } from '#limits';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

const KEY = '{of:limits}:states';
const BREAKER = { failures: 3, openMs: 60_000 };
const SERVER: Report = { outcome: 'failed', kind: 'server', everywhere: false };
const ANSWERED: Report = { outcome: 'answered' };
const BY = { actor: 'ann', reason: 'LMS upgrade' };

/** One process of several: the lib with a pool and a connection of its own. */
interface Replica {
  readonly limits: DependencyLimits;
  readonly pool: pg.Pool;
  readonly module: TestingModule;
}

let database: TestDatabase;
let server: TestRedis;
let redis: Redis;
let folder: string;
let replicas: Replica[] = [];
let name: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'limits-'));
  [database, server] = await Promise.all([createTestDatabase(), startTestRedis(folder)]);
  redis = new Redis(server.url);
});
beforeEach(() => {
  name = `lms-${randomUUID().slice(0, 8)}`;
});
afterEach(async () => {
  await Promise.all(replicas.map(({ module }) => module.close()));
  replicas = [];
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([database.drop(), server.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<LimitsOptions> = {}, databaseUrl = database.url): Promise<Replica> {
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: databaseUrl, poolSize: 5 }), registerRequestContext: false, autoLoadEntities: false }),
      LimitsModule.forRoot({ redisUrl: null, breaker: BREAKER, ratePerMinute: {}, ...options }),
    ],
  }).compile();
  module.useLogger(false);
  await module.init();
  const replica = { module, limits: module.get(DependencyLimits), pool: (await module.get(EntityManager).getConnection().getNativeClient()) };
  replicas.push(replica);
  return replica;
}

async function openThree(options: Partial<LimitsOptions>): Promise<[DependencyLimits, DependencyLimits, DependencyLimits]> {
  const [a, b, c] = await Promise.all([open(options), open(options), open(options)]);
  return [a.limits, b.limits, c.limits];
}

/** Asks and reports once; whether there was leave. */
async function call(limits: DependencyLimits, report: Report, traffic: Traffic = 'backlog'): Promise<boolean> {
  const { granted } = await limits.ask(name, traffic);
  if (granted === 1) await limits.report(name, traffic, 1, report);
  return granted === 1;
}

async function stateOf(limits: DependencyLimits) {
  return (await limits.states()).find((state) => state.name === name);
}

async function isBlocked(limits: DependencyLimits): Promise<boolean> {
  return (await limits.blocked()).has(name);
}

async function openBreaker(limits: DependencyLimits): Promise<void> {
  for (let failure = 0; failure < BREAKER.failures; failure += 1) await call(limits, SERVER);
}

describe.each(['redis', 'postgresql'] as const)('replicas that share %s', (store) => {
  const shared = (options: Partial<LimitsOptions> = {}): Partial<LimitsOptions> => ({ ...options, redisUrl: store === 'redis' ? server.url : null });

  it('see what one of them opened, and what another one mended', async () => {
    const [a, b, c] = await openThree(shared());
    for (const each of [a, b, c]) expect(await call(each, ANSWERED)).toBe(true);
    await openBreaker(a);
    await until('both others refuse', async () => (await isBlocked(b)) && (await isBlocked(c)));
    expect(await b.ask(name, 'buyer')).toEqual({ granted: 0, refusal: { cause: 'open', kind: 'server', detail: expect.stringContaining(`${name} failed 3 times in a row`), retryInMs: expect.any(Number) } });
    expect(await stateOf(c)).toMatchObject({ breaker: 'open', kind: 'server', consecutiveFailures: 3, store });

    expect(await call(c, ANSWERED, 'operator')).toBe(true);
    await until('both others grant', async () => !(await isBlocked(a)) && !(await isBlocked(b)));
    expect(await stateOf(a)).toMatchObject({ breaker: 'closed', kind: null, openUntil: null, consecutiveFailures: 0 });
  });

  it('count failures together', async () => {
    const [a, b, c] = await openThree(shared());
    await Promise.all([call(a, SERVER), call(b, SERVER), call(c, SERVER)]);
    expect(await stateOf(a)).toMatchObject({ breaker: 'open', consecutiveFailures: 3 });
  });

  // Fails when a write does not compare with what was read (the version): replicas then take the probe at the same time.
  it('send exactly one probe, of 50 asks at once', async () => {
    const all = await openThree(shared({ breaker: { failures: 1, openMs: 3_000 } }));
    await call(all[0], SERVER);
    await until('the breaker is half open for all', async () => (await Promise.all(all.map(stateOf))).every((state) => state?.breaker === 'half_open'));
    const leaves = await Promise.all(Array.from({ length: 50 }, (_, index) => (all[index % 3] ?? all[0]).ask(name, index % 2 ? 'buyer' : 'backlog')));
    expect(leaves.filter(({ granted }) => granted > 0)).toHaveLength(1);
    expect(leaves.filter(({ refusal }) => refusal?.cause === 'open')).toHaveLength(49);
  });

  // Fails when a write does not compare with what was read: each replica then spends the burst for itself.
  it('do not burst above the rate together', async () => {
    const ratePerMinute = 1_000;
    const startedAtMs = performance.now();
    const all = await openThree(shared({ ratePerMinute: { [name]: ratePerMinute } }));
    await Promise.all(all.map(stateOf));
    const asked = await Promise.all(Array.from({ length: 50 }, () => all.map(async (limits) => ({ limits, leave: await limits.ask(name, 'buyer') }))).flat());
    const granted = asked.filter(({ leave }) => leave.granted === 1);
    const refilled = ((performance.now() - startedAtMs) * 0.9 * ratePerMinute) / 60_000;
    expect(granted.length).toBeGreaterThanOrEqual(20);
    expect(granted.length * 4).toBeLessThanOrEqual(80 + refilled);
    expect(asked.find(({ leave }) => leave.refusal)?.leave.refusal).toMatchObject({ cause: 'rate', kind: 'throttled' });

    const before = (await stateOf(all[0]))?.tokens?.buyer ?? 0;
    await Promise.all(granted.map(({ limits }) => limits.report(name, 'buyer', 1, ANSWERED)));
    expect((await stateOf(all[1]))?.tokens?.buyer).toBeGreaterThanOrEqual(before + granted.length * 3);
  });

  it('all wait when the provider asked one of them to', async () => {
    const [a, b] = await openThree(shared());
    await call(a, { outcome: 'throttled', retryAfterMs: 30_000 });
    await until('the other one waits', () => isBlocked(b));
    expect((await b.ask(name, 'buyer')).refusal).toMatchObject({ cause: 'rate', kind: 'throttled' });
    expect((await stateOf(b))?.throttledUntil).toBeInstanceOf(Date);
  });

  it('do what an operator says, who is on record', async () => {
    const [a, b] = await openThree(shared({ ratePerMinute: { [name]: 500 } }));
    expect(await a.change(name, { paused: true }, BY)).toMatchObject({ name, paused: { by: 'ann', reason: 'LMS upgrade', at: expect.any(Date) }, ratePerMinute: 500, rateSetByOperator: false });
    await until('the other one is paused', () => isBlocked(b));
    expect((await b.ask(name, 'operator')).refusal).toMatchObject({ cause: 'paused', detail: `${name} is paused: LMS upgrade.` });

    await b.change(name, { ratePerMinute: 120 }, { actor: 'bob', reason: 'Gently' });
    expect(await stateOf(a)).toMatchObject({ paused: { by: 'ann', reason: 'LMS upgrade' }, ratePerMinute: 120, rateSetByOperator: true });
    expect(await b.change(name, { paused: false, ratePerMinute: null }, BY)).toMatchObject({ paused: null, ratePerMinute: 500, rateSetByOperator: false });
    expect(await b.change(name, { ratePerMinute: 0 }, BY)).toMatchObject({ ratePerMinute: 0, rateSetByOperator: true, tokens: null });
    const audit = await replicas[0]?.pool.query('select actor, reason, change::text from dependency_change where name = $1 order by id', [name]);
    expect(audit?.rows).toEqual([
      { ...BY, change: '{"paused": true}' },
      { actor: 'bob', reason: 'Gently', change: '{"ratePerMinute": 120}' },
      { ...BY, change: '{"paused": false, "ratePerMinute": null}' },
      { ...BY, change: '{"ratePerMinute": 0}' },
    ]);
  });

  it('list what any of them asked', async () => {
    const [a, b] = await openThree(shared());
    await a.ask(name, 'buyer');
    expect(await stateOf(b)).toMatchObject({ name, breaker: 'closed', paused: null, ratePerMinute: 0, tokens: null, throttledUntil: null, store });
  });

  it('make no round trip while nothing is wrong, but for one reading a second', async () => {
    const { limits, pool } = await open(shared());
    await call(limits, ANSWERED);
    const queries = jest.spyOn(pool, 'query');
    const evalsBefore = await evals();
    const startedAtMs = performance.now();
    for (let delivery = 0; delivery < 2_000; delivery += 1) expect(await call(limits, ANSWERED)).toBe(true);
    const readings = 1 + Math.floor((performance.now() - startedAtMs) / 1_000);
    expect(queries.mock.calls.length).toBeLessThanOrEqual(readings * 2);
    expect((await evals()) - evalsBefore).toBeLessThanOrEqual(store === 'redis' ? readings : 0);
  });
});

async function evals(): Promise<number> {
  return Number(/cmdstat_eval:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
}

describe('without Redis for a while', () => {
  it('goes on with PostgreSQL, and with Redis when that is back', async () => {
    const target = new URL(server.url);
    const proxy = await TcpProxy.listen({ host: target.hostname, port: Number(target.port) });
    const { limits } = await open({ redisUrl: proxy.through(server.url) });
    expect(await call(limits, SERVER)).toBe(true);
    expect(await stateOf(limits)).toMatchObject({ consecutiveFailures: 1, store: 'redis' });

    proxy.freezeReplies();
    await Promise.all([call(limits, SERVER), call(limits, SERVER), call(limits, SERVER)]);
    expect(await stateOf(limits)).toMatchObject({ breaker: 'open', consecutiveFailures: 3, store: 'postgresql' });
    proxy.thaw();
    proxy.sever();
    await until('Redis is used again', async () => (await stateOf(limits))?.store === 'redis');
    await proxy.close();
  });

  it('does not take its own delay for silence of Redis', async () => {
    const { limits } = await open({ redisUrl: server.url });
    expect(await call(limits, SERVER)).toBe(true);
    const reported = limits.report(name, 'backlog', 1, SERVER);
    await new Promise(setImmediate);
    const busyUntilMs = performance.now() + 400;
    while (performance.now() < busyUntilMs);
    await reported;
    expect(await stateOf(limits)).toMatchObject({ consecutiveFailures: 2, store: 'redis' });
  });

  it('does not throw when Redis is stopped, nor when it was never there', async () => {
    const own = await startTestRedis(folder);
    const { limits } = await open({ redisUrl: own.url });
    expect(await call(limits, SERVER)).toBe(true);
    await own.stop();
    await openBreaker(limits);
    expect(await limits.ask(name, 'buyer')).toMatchObject({ granted: 0, refusal: { cause: 'open' } });
    expect(await stateOf(limits)).toMatchObject({ store: process.env['REDIS_URL'] ? 'redis' : 'postgresql' });
    const late = await open({ redisUrl: own.url });
    expect(await stateOf(late.limits)).toMatchObject({ breaker: 'open' });
  });

  it('starts from nothing when Redis forgot', async () => {
    const { limits } = await open({ redisUrl: server.url, ratePerMinute: { [name]: 1_000 } });
    await openBreaker(limits);
    expect(await isBlocked(limits)).toBe(true);
    await redis.del(KEY);
    expect(await stateOf(limits)).toMatchObject({ breaker: 'closed', consecutiveFailures: 0, store: 'redis' });
    expect(await call(limits, ANSWERED)).toBe(true);
  });

  it('reads what it cannot understand as nothing', async () => {
    const { limits } = await open({ redisUrl: server.url });
    await redis.hset(KEY, name, '{"failures":');
    expect(await call(limits, SERVER)).toBe(true);
    expect(await stateOf(limits)).toMatchObject({ consecutiveFailures: 1 });
  });

  it('leaves no connection behind', async () => {
    const connections = async (): Promise<number> => String(await redis.client('LIST')).split('name=limits ').length - 1;
    await until('those of other tests are gone', async () => (await connections()) === 0);
    const { limits, module } = await open({ redisUrl: server.url });
    await limits.ask(name, 'buyer');
    expect(await connections()).toBe(1);
    replicas = [];
    await module.close();
    await until('its connection is gone', async () => (await connections()) === 0);
  });
});

describe('without any store', () => {
  it('goes by what it knows, and by PostgreSQL when that is back', async () => {
    const target = new URL(database.url);
    const proxy = await TcpProxy.listen({ host: target.hostname, port: Number(target.port) });
    const { limits } = await open({}, proxy.through(database.url));
    expect(await call(limits, SERVER)).toBe(true);
    await proxy.close();
    await call(limits, SERVER);
    await call(limits, SERVER);
    expect(await limits.ask(name, 'buyer')).toMatchObject({ granted: 0, refusal: { cause: 'open' } });
    await expect(limits.states()).rejects.toThrow();
  });

  it('grants when it knows nothing', async () => {
    const gone = new URL(database.url);
    const proxy = await TcpProxy.listen({ host: gone.hostname, port: Number(gone.port) });
    const { limits } = await open({ redisUrl: 'redis://127.0.0.1:1' }, proxy.through(database.url));
    await proxy.close();
    expect(await call(limits, ANSWERED)).toBe(true);
    expect(await limits.blocked()).toEqual(new Map());
  });
});

it('only a name is asked', async () => {
  const { limits } = await open();
  await expect(limits.ask('No name', 'buyer')).rejects.toThrow('A dependency cannot be called "No name"');
  await expect(limits.report('No name', 'buyer', 1, SERVER)).resolves.toBeUndefined();
  await expect(limits.change(name, {}, BY)).rejects.toThrow('Nothing of');
  await expect(limits.change(name, { paused: true }, { actor: 'ann', reason: ' ' })).rejects.toThrow('needs an actor and a reason');
  await expect(limits.change(name, { ratePerMinute: -1 }, BY)).rejects.toThrow('whole number');
  expect(await limits.ask(name, 'buyer', 0)).toEqual({ granted: 0, refusal: null });
});
