import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasAlready } from './conditional.js';
import type { PublicAnswer } from './public-answer.js';

/** Sets the headers of a public answer, and says what is left to send: nothing where the client has it already. */
export function publicPayload(answer: PublicAnswer, request: FastifyRequest, reply: FastifyReply): string | undefined {
  void reply.header('etag', answer.etag).header('cache-control', `public, max-age=${answer.maxAgeSeconds()}`);
  if (hasAlready(request.headers['if-none-match'], answer.etag)) {
    void reply.status(304);
    return undefined;
  }
  void reply.header('content-type', 'application/json; charset=utf-8');
  return answer.body;
}
