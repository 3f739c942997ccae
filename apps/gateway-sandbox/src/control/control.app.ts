import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { Refusal } from '../cashier/refusal.js';
import { ControlInputError } from './control.input.js';
import type { ControlParts } from './control.parts.js';
import { addLookRoutes } from './look.routes.js';
import { addBuyerRoutes } from './buyer.routes.js';
import { addWebhookRoutes } from './webhook.routes.js';
import { NotHereError } from './lookup.js';

const BODY_LIMIT_BYTES = 1_048_576;

/** The control API, not yet listening. Every refusal is `{"error": "one sentence"}`. */
export function buildControlApp(parts: ControlParts): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 } });
  refusePages(app);
  readJsonBodies(app);
  addLookRoutes(app, parts);
  addBuyerRoutes(app, parts);
  addWebhookRoutes(app, parts);
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ error: `There is no ${request.method} ${request.url} here; README.md lists what there is.` }));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error instanceof ControlInputError ? 400 : error instanceof NotHereError ? 404 : error instanceof Refusal ? 409 : (error.statusCode ?? 500);
    if (status === 500) process.stderr.write(`gateway-sandbox: a bug: ${error.stack ?? error.message}\n`);
    return reply.code(status).send({ error: error.message });
  });
  return app;
}

/** A browser names the page that asks. No page of anybody has business here, and any open one could else wipe the demo. */
function refusePages(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin === undefined) return done();
    void reply.code(403).send({ error: 'a web page may not control the sandbox' });
  });
}

/** Takes JSON whatever the content type says, so that `curl -d` works as it is; no body at all is fine too. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body.toString()));
    } catch {
      done(new ControlInputError('the body is no JSON'));
    }
  });
}
