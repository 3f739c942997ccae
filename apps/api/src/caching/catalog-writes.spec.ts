import { fastify, type FastifyInstance } from 'fastify';
import { forgetOnCatalogWrites } from './catalog-writes.js';

let server: FastifyInstance;
let cleared: number;
beforeEach(async () => {
  cleared = 0;
  server = fastify();
  forgetOnCatalogWrites(server, { clear: () => void (cleared += 1) });
  for (const url of ['/v1/courses/:id', '/v1/rollout/off', '/v1/skus/:sku', '/v1/checkout', '/v1/coursesque']) {
    server.all<{ Querystring: { status?: string } }>(url, ({ query }, reply) => reply.status(Number(query.status ?? 200)).send({}));
  }
  await server.ready();
});
afterEach(() => server.close());

describe('what is remembered', () => {
  it.each([
    ['PUT', '/v1/courses/A'],
    ['DELETE', '/v1/courses/A'],
    ['PATCH', '/v1/skus/A'],
    ['POST', '/v1/rollout/off'],
    ['PUT', '/v1/courses/A?status=503'],
  ] as const)('is forgotten by %s %s', async (method, url) => {
    await server.inject({ method, url });
    expect(cleared).toBe(1);
  });

  it.each([
    ['GET', '/v1/courses/A'],
    ['POST', '/v1/checkout'],
    ['PUT', '/v1/coursesque'],
    ['PUT', '/v1/courses/A?status=401'],
    ['PUT', '/v1/courses/A?status=412'],
    ['POST', '/nowhere'],
  ] as const)('is not by %s %s', async (method, url) => {
    await server.inject({ method, url });
    expect(cleared).toBe(0);
  });
});
