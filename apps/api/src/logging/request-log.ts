import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const QUIET_ROUTES = new Set(['/health/live', '/health/ready']);

/**
 * Logs each request once, when it is answered: by its route's pattern, because a URL may hold what is personal. What sites ask for with each
 * of their pages, and get, is left out: writing the line would take as long as the answer.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const isQuiet = QUIET_ROUTES.has(route) || (request.routeOptions.config.fromMemory === true && reply.statusCode < 400);
    if (!isQuiet) {
      logger.info({ event: 'request', requestId: request.id, method: request.method, route, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) });
    }
    done();
  });
}
