import type { FastifyInstance } from 'fastify';

/**
 * Lets a process that stops finish what it has begun, and no more: from then on each answer asks its client to close the
 * connection. Without this a client that keeps its connection would hold the process until the keep-alive time-out.
 */
export function closeConnectionsWhileStopping(fastify: FastifyInstance): void {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}
