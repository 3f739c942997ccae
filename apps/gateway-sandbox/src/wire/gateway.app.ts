import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { CallHandler } from './call-handler.js';
import type { Dialect, Resource } from './dialect.js';
import { isDecodable } from './read-call.js';

const BODY_LIMIT_BYTES = 1_048_576;
/** Longer than any client keeps an idle connection, so that the gateway is not the one that hangs up in between. */
const KEEP_ALIVE_MS = 75_000;
/** Paths of PayPal's that nothing of Stripe's begins with. */
const PAYPAL_PATH = /^\/(v2|v1\/(oauth2|notifications|reporting|customer)(?=\/|$))/;

export interface GatewayAppParts {
  readonly handler: CallHandler;
  readonly stripe: { readonly dialect: Dialect; readonly resources: readonly Resource[] };
  readonly paypal: { readonly dialect: Dialect; readonly resources: readonly Resource[] };
  readonly addPages: (app: FastifyInstance) => void;
}

/** Both gateways and the pages for buyers over HTTP, not yet listening. */
export function buildGatewayApp({ handler, stripe, paypal, addPages }: GatewayAppParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: 1000 },
    // A path that cannot be decoded is none of a gateway's. Fastify would refuse it before any hook sees it.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : '/'),
  });
  // What a body is, and whether it can be read, is each gateway's to say, and later than Fastify would.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  for (const { dialect, resources } of [stripe, paypal]) {
    for (const resource of resources) app.all(resource.path, (request, reply) => handler.handle(request, reply, dialect, resource));
  }
  addPages(app);
  app.setNotFoundHandler((request, reply) => handler.handle(request, reply, (PAYPAL_PATH.test(request.url) ? paypal : stripe).dialect, null));
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`gateway-sandbox: a bug: ${error.stack ?? error.message}\n`);
    await reply.code(status).send({ error: { message: error.message, type: 'invalid_request_error' } });
  });
  return app;
}
