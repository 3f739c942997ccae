import { fastify, type FastifyInstance } from 'fastify';
import { setResponseHeaders } from './response-headers.js';

let server: FastifyInstance;
beforeEach(async () => {
  server = fastify({ genReqId: () => 'request-1' });
  setResponseHeaders(server);
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/v1/orders', () => ({ items: [] }));
  server.get('/v1/public', (_, reply) => reply.header('cache-control', 'public, max-age=7').send({}));
  server.get('/basket/add', (_, reply) => reply.redirect('/', 303));
  server.get('/broken', () => Promise.reject(new Error('hunter2')));
  await server.ready();
});
afterEach(() => server.close());

const headersOf = async (url: string) => (await server.inject({ method: 'GET', url })).headers;

describe('an answer', () => {
  it.each(['/health/live', '/v1/orders', '/broken', '/nowhere'])('of %s carries the id of its request, and is what it says it is', async (url) => {
    expect(await headersOf(url)).toMatchObject({ 'x-request-id': 'request-1', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  });

  it('with orders in it is not to be kept by anybody on the way', async () => {
    expect((await headersOf('/v1/orders'))['cache-control']).toBe('no-store');
    expect((await headersOf('/health/live'))['cache-control']).toBeUndefined();
  });

  it('that sends a learner somewhere is not to be kept either, and one that is for everybody is', async () => {
    expect((await headersOf('/basket/add'))['cache-control']).toBe('no-store');
    expect((await headersOf('/v1/public'))['cache-control']).toBe('public, max-age=7');
  });
});
