import fastify from 'fastify';

/*
 * The baseline: what an answer of this size costs at the least on this stack. Bare Fastify, the same route, one text that was made
 * before; no database, no framework, no headers, no log.
 */

const body = 'x'.repeat(Number(process.env['BODY_CHARACTERS']));
const server = fastify({ logger: false });
server.get('/v1/courses/:id/purchase-options', (_request, reply) => {
  void reply.type('application/json; charset=utf-8').send(body);
});

process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
