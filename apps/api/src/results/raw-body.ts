import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';

const bodies = new WeakMap<FastifyRequest, Buffer[]>();

/**
 * Keeps the bytes of a body as they came, for the route `path`: a signature is over these and not over what was read from them. It is a
 * hook of that route, so that no other request passes it, and one route can be written in many ways. To be called before there are routes.
 */
export function keepRawBody(fastify: FastifyInstance, path: string): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === path) route.preParsing = keepBody;
  });
}

const keepBody: preParsingHookHandler = (request, _reply, payload, done) => {
  const chunks: Buffer[] = [];
  bodies.set(request, chunks);
  const tee = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      chunks.push(chunk);
      next(null, chunk);
    },
  });
  payload.on('error', (error) => tee.destroy(error));
  done(null, payload.pipe(tee));
};

/** The body of a request as it came. @throws {Error} on a route whose bodies are not kept: a bug, and no signature may be judged by nothing. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  const chunks = bodies.get(request);
  if (!chunks) throw new Error(`The bodies of ${request.routeOptions.url ?? 'this route'} are not kept.`);
  return Buffer.concat(chunks);
}
