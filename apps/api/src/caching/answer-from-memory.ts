import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PublicAnswer } from './public-answer.js';
import { publicPayload } from './send-public.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answers are given from memory, by the parameter `id`, before the framework has anything to do. */
    readonly fromMemory?: boolean;
  }
}

/**
 * Gives what is remembered at once, or as soon as it is known to be still so: a guard that lets everybody in, pipes and interceptors would
 * take longer than the answer. What is not remembered, and every problem, goes the usual way. To be called before the routes are
 * registered, and after whatever sets headers on them.
 *
 * @param remembered the answer for a key that was good before; undefined for any other.
 */
export function answerFromMemory(fastify: FastifyInstance, remembered: (id: string) => PublicAnswer | Promise<PublicAnswer> | undefined): void {
  fastify.addHook<{ Params: { id: string } }>('onRequest', (request, reply, done) => {
    const answer = request.routeOptions.config.fromMemory && request.method === 'GET' ? remembered(request.params.id) : undefined;
    if (answer === undefined) done();
    else if (answer instanceof Promise) answer.then((read) => send(read, request, reply), () => done());
    else send(answer, request, reply);
  });
}

function send(answer: PublicAnswer, request: FastifyRequest, reply: FastifyReply): void {
  void reply.send(publicPayload(answer, request, reply));
}
