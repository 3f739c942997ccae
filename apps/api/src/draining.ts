import type { FastifyInstance } from 'fastify';

/**
 * Lets a process that stops finish what it has begun, and no more. From then on each answer asks its client to close the
 * connection: a client that keeps its connection would else hold the process until the keep-alive time-out. After
 * `drainMs`, longer than any request may take, also one that asks a payment gateway twice and then delivers, what is left is a client that does not send or read, and is cut off.
 */
export function closeConnectionsWhileStopping(fastify: FastifyInstance, drainMs: number): void {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    setTimeout(() => fastify.server.closeAllConnections(), drainMs).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}
