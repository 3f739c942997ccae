import type { FastifyInstance } from 'fastify';

/** Every answer carries its request's id. What the API answers is personal and not to be kept, unless its route says otherwise; what it serves is what it says it is, in no frame. */
export function setResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    if (!reply.hasHeader('cache-control') && isOurs(request.url)) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}

function isOurs(url: string): boolean {
  return url.startsWith('/v1/') || url.startsWith('/basket/');
}
