import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const bodies = new WeakMap<FastifyRequest, Buffer[]>();

/** Keeps the bytes of a body as they came, for routes under `prefix`: a signature is over these and not over what was read from them. */
export function keepRawBody(fastify: FastifyInstance, prefix: string): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (!request.url.startsWith(prefix)) return done(null, payload);
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
  });
}

/** The body of a request as it came; empty where none did. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  return Buffer.concat(bodies.get(request) ?? []);
}
