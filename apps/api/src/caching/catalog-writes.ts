import type { FastifyInstance } from 'fastify';
import type { AnswerMemory } from './answer-memory.js';

/** Where the catalog and the rollout are written. */
const CATALOG = /^\/v1\/(?:courses|imports|partners|products|rollout|skus)(?:\/|$)/;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Has answers forgotten when this process may have changed what they say, before its client knows that it did: whoever has changed a
 * price here sees it here. A write through another process is seen when the answers have grown too old.
 */
export function forgetOnCatalogWrites(fastify: FastifyInstance, memory: Pick<AnswerMemory<unknown>, 'clear'>): void {
  fastify.addHook('onSend', ({ method, routeOptions }, { statusCode }, payload, done) => {
    const isRefused = statusCode >= 400 && statusCode < 500;
    if (!READS.has(method) && !isRefused && CATALOG.test(routeOptions.url ?? '')) memory.clear();
    done(null, payload);
  });
}
