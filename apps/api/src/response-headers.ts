import type { FastifyInstance } from 'fastify';

/** Every answer carries its request's id. What the API answers is personal and not to be kept; what it serves is what it says it is, in no frame. */
export function setResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    if (request.url.startsWith('/v1/')) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}
