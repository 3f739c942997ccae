import { createServer, type Server } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Arrivals } from '../ledger/arrivals.js';
import type { CallHandler } from './call-handler.js';
import { crossOriginHeaders, isPreflight, PREFLIGHT_HEADERS } from './cross-origin.js';
import { notFoundPage } from './lms-answer.js';
import type { Resource } from './lms-call.js';
import { isDecodable, restOf } from './read-call.js';

const BODY_LIMIT_BYTES = 2_621_440;
/** Longer than any client keeps an idle connection, so that the LMS is not the one that hangs up in between. */
const KEEP_ALIVE_MS = 75_000;

/** Every path that the LMS does not have. It goes the usual way, so that it is written down and can meet a fault. */
const NOWHERE: Resource = {
  path: '*',
  access: 'public',
  throttled: false,
  operations: Object.fromEntries(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, notFoundPage])),
};

export interface LmsAppParts {
  readonly resources: readonly Resource[];
  readonly handler: CallHandler;
  readonly arrivals: Arrivals;
}

/** The LMS over HTTP, not yet listening: its listener does that, because an outage must be able to stop it. */
export async function buildLmsApp({ resources, handler, arrivals }: LmsAppParts): Promise<{ app: FastifyInstance; server: Server }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 1000 },
    // A path that cannot be decoded is none of the LMS's. Fastify would refuse it before any hook sees it.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : '/'),
    serverFactory: (onRequest) => server.on('request', onRequest),
  });
  readBodiesAsText(app);
  app.addHook('onRequest', async (request, reply) => {
    const entry = arrivals.of(request);
    reply.headers(crossOriginHeaders(request.headers));
    if (!isPreflight(request.method, request.headers)) return;
    entry.status = 200;
    await reply.headers(PREFLIGHT_HEADERS).send('');
  });
  for (const resource of resources) {
    app.all(resource.path, (request, reply) => handler.handle(request, reply, accepts(resource, request) ? resource : NOWHERE, arrivals.of(request)));
  }
  app.setNotFoundHandler((request, reply) => handler.handle(request, reply, NOWHERE, arrivals.of(request)));
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`lms-sandbox: a bug: ${error.stack ?? error.message}\n`);
    arrivals.of(request).status = status;
    await reply.code(status).send({ detail: error.message });
  });
  await app.ready();
  return { app, server };
}

function accepts(resource: Resource, { params }: FastifyRequest): boolean {
  return resource.accepts === undefined || resource.accepts(restOf(params));
}

/** The LMS reads a body only after it has looked at the credentials, so Fastify must not refuse one before. */
function readBodiesAsText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}
