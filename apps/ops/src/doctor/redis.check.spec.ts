import { redisCheck } from './redis.check.js';

const WELL = { redis_version: '7.2.4', maxmemory_policy: 'noeviction', role: 'master' };
const info = (change: Readonly<Record<string, string>> = {}) => () => Promise.resolve(new Map(Object.entries({ ...WELL, ...change })));

describe('the check of Redis', () => {
  it.each([
    [{}, 'ok', 'Redis 7.2.4 answers, and keeps what it has (noeviction).'],
    [{ server_name: 'valkey', valkey_version: '8.1.0' }, 'ok', 'Valkey 8.1.0 answers'],
    [{ redis_version: '6.0.0' }, 'ok', 'Redis 6.0.0'],
    [{ redis_version: '5.0.14' }, 'fail', 'too old'],
    [{ role: 'slave' }, 'fail', 'a replica that takes no writes'],
    [{ maxmemory_policy: 'allkeys-lru' }, 'warn', 'maxmemory-policy is allkeys-lru'],
  ])('judges %j: %s', async (change, verdict, fact) => {
    const found = await redisCheck(info(change));
    expect(found.verdict).toBe(verdict);
    expect(found.fact).toContain(fact);
  });

  it('is content without one', async () => {
    expect(await redisCheck(null)).toMatchObject({ verdict: 'ok', fact: expect.stringMatching(/^Not configured/) });
  });

  it('fails when it cannot be used, and says that no order is lost', async () => {
    const found = await redisCheck(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:6379')));
    expect(found).toMatchObject({ verdict: 'fail', fact: 'Redis cannot be used: connect ECONNREFUSED 127.0.0.1:6379.', advice: expect.stringContaining('No order is lost') });
  });
});
