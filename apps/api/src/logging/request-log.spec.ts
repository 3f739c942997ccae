import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { logRequests } from './request-log.js';

type Line = Readonly<Record<string, unknown>>;
const SECRET = /alice|OF-1|hunter2|192\.0\.2\.7|key-1/;

let server: FastifyInstance;
let lines: Line[];
beforeEach(async () => {
  lines = [];
  server = fastify({ genReqId: () => 'request-1', trustProxy: true });
  logRequests(server, pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) }));
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', () => ({ status: 'ok' }));
  server.post('/v1/orders/:number/resubmit', () => ({ learner: 'alice' }));
  server.get('/v1/asked-all-the-time/:id', { config: { fromMemory: true } }, ({ query }, reply) => reply.status(Number((query as { status?: string }).status ?? 200)).send());
  server.get('/broken', () => Promise.reject(new Error('hunter2')));
  await server.ready();
});
afterEach(() => server.close());

const secrets = { authorization: 'JWT hunter2', 'idempotency-key': 'key-1', cookie: 'edx-jwt-cookie-signature=hunter2', 'x-forwarded-for': '192.0.2.7' };

describe('an answered request', () => {
  it('is one line: what was asked, what was answered, how long it took', async () => {
    await server.inject({ method: 'POST', url: '/v1/orders/OF-1/resubmit' });
    expect(lines).toMatchObject([{ event: 'request', requestId: 'request-1', method: 'POST', route: '/v1/orders/:number/resubmit', status: 200, durationMs: expect.any(Number) }]);
  });

  it('leaves nothing of its URL, headers, body or answer in the log', async () => {
    await server.inject({ method: 'POST', url: '/v1/orders/OF-1/resubmit?learner=alice&email=alice@example.com', headers: secrets, payload: { reason: 'alice asked', token: 'hunter2' } });
    await server.inject({ method: 'GET', url: '/no/such/alice?token=hunter2', headers: secrets });
    await server.inject({ method: 'GET', url: '/broken?alice', headers: secrets });
    expect(lines.map(({ route, status }) => [route, status])).toEqual([['/v1/orders/:number/resubmit', 200], ['unknown', 404], ['/broken', 500]]);
    expect(JSON.stringify(lines)).not.toMatch(SECRET);
  });

  it('is not logged when it only asks how we are', async () => {
    await server.inject({ method: 'GET', url: '/health/live' });
    await server.inject({ method: 'GET', url: '/health/ready?x=1' });
    expect(lines).toEqual([]);
  });

  it('is not logged when sites ask it all the time, unless it was refused', async () => {
    for (const status of [200, 304, 404, 503]) await server.inject({ method: 'GET', url: `/v1/asked-all-the-time/A?status=${status}` });
    expect(lines.map(({ route, status }) => [route, status])).toEqual([404, 503].map((status) => ['/v1/asked-all-the-time/:id', status]));
  });
});
