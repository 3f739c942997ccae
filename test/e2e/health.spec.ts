import { ask } from '../support/api-client.js';
import { testRedisUrl } from '../support/redis.js';
import { openShop, sale, type Shop } from '../support/shop.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

interface Readiness {
  readonly status: string;
  readonly dependencies: { readonly database: string; readonly redis: string };
}

/** What an API with these settings says of itself. */
async function readiness(env: Readonly<Record<string, string>>) {
  const api = await shop.startApi(env);
  const { status, body } = await ask<Readiness>(api.url, 'GET', '/health/ready');
  await api.stop();
  return { status, dependencies: body.dependencies };
}

describe('readiness', () => {
  it('needs no Redis', async () => {
    const { status, body } = await shop.ask<Readiness>('GET', '/health/ready');
    expect([status, body]).toEqual([200, { status: 'ok', dependencies: { database: 'up', redis: 'not_configured' } }]);
  });

  it('reports a Redis that is there, and one that is not, and is the same for both: Redis only wakes up', async () => {
    expect(await readiness({ REDIS_URL: testRedisUrl() })).toEqual({ status: 200, dependencies: { database: 'up', redis: 'up' } });
    expect(await readiness({ REDIS_URL: 'redis://127.0.0.1:9' })).toEqual({ status: 200, dependencies: { database: 'up', redis: 'down' } });
  });

  it('survives the loss of every connection to the database, and ends while the database is away: 503, without a word about it', async () => {
    const { hostname, port } = new URL(shop.databaseUrl);
    const proxy = await TcpProxy.listen({ host: hostname, port: Number(port) });
    const api = await shop.startApi({ DATABASE_URL: proxy.through(shop.databaseUrl) });
    const { username } = await shop.learner();
    const sell = (sku: string) => ask<{ code?: string; status: string | number }>(api.url, 'POST', '/v1/checkout', { token: shop.staff, body: sale(username, [sku]) });
    expect((await sell('BIO_VERIFIED')).body.status).toBe('complete');
    proxy.sever();
    expect((await sell('CHEM_VERIFIED')).body.status).toBe('complete');
    await proxy.close();
    const [ready, refused] = [await ask<{ code: string }>(api.url, 'GET', '/health/ready'), await sell('PHYS_PRO')];
    expect([ready.status, ready.body.code, refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', 503, 'unavailable', '5']);
    expect(refused.text).not.toMatch(/select|insert|ECONN|127\.0\.0\.1/i);
    await api.stop();
  });
});
