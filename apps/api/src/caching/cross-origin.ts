import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What a script cannot read by itself of an answer, and needs: to ask again by the tag, and to name a request that went wrong. */
const EXPOSED = 'ETag, X-Request-Id';

/** A browser may go by an answer to its question for so long. */
const PREFLIGHT_SECONDS = '3600';

/**
 * Lets scripts of these origins, and of no others, read the routes that are marked with `readAcrossOrigins`. They are public, so no
 * credentials are let through. To be called before the routes are registered.
 */
export function letSitesRead(fastify: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  const answerPreflight = (request: FastifyRequest, reply: FastifyReply) => {
    allowOrigin(request, reply, allowed);
    if (allowed.has(request.headers.origin ?? '')) {
      void reply.headers({ 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': 'If-None-Match, X-Request-Id', 'access-control-max-age': PREFLIGHT_SECONDS });
    }
    void reply.status(204).send();
  };
  fastify.addHook('onRoute', ({ method, url, config }) => {
    if (method === 'GET' && config?.readAcrossOrigins) fastify.options(url, answerPreflight);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.readAcrossOrigins) {
      allowOrigin(request, reply, allowed);
      if (allowed.has(request.headers.origin ?? '')) void reply.header('access-control-expose-headers', EXPOSED);
    }
    done();
  });
}

/** Problems are read by those scripts too, so this comes before there is an answer. */
function allowOrigin({ headers: { origin } }: FastifyRequest, reply: FastifyReply, allowed: ReadonlySet<string>): void {
  void reply.header('vary', 'Origin');
  if (origin !== undefined && allowed.has(origin)) void reply.header('access-control-allow-origin', origin);
}
