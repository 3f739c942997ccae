import type { IncomingHttpHeaders } from 'node:http';
import { errorCodes, type FastifyInstance, type FastifyRequest, type preParsingHookHandler } from 'fastify';

/** What a gateway sends is some kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;
/** What a webhook is parsed as, whatever it calls itself. */
const MEDIA_TYPE = 'application/vnd.order-fulfillment.webhook';

const arrived = new WeakMap<FastifyRequest, IncomingHttpHeaders>();

/** What somebody posted, as it came. */
export interface PostedWebhook {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Has the route `path` take bodies of any content type, or of none, byte for byte, and none of more than 1 MB: a signature is over the
 * bytes, and nothing is read from them before it is proven. To be called before there are routes.
 */
export function takeWebhookBodies(fastify: FastifyInstance, path: string): void {
  fastify.addContentTypeParser(MEDIA_TYPE, { parseAs: 'buffer' }, (request, body, done) => {
    // Any other route takes JSON, and whoever names this type there has made it up.
    if (arrived.has(request)) done(null, body);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(), undefined);
  });
  fastify.addHook('onRoute', (route) => {
    if (route.url !== path) return;
    route.bodyLimit = MAX_BODY_BYTES;
    route.preParsing = takeAny;
  });
}

/** Fastify picks a parser by the content type, and refuses a request without a good one before any parser could be asked. */
const takeAny: preParsingHookHandler = (request, _reply, payload, done) => {
  arrived.set(request, { ...request.headers });
  request.raw.headers['content-type'] = MEDIA_TYPE;
  done(null, payload);
};

/** @throws {Error} on a route that takes no webhooks: a bug. */
export function postedWebhook(request: FastifyRequest): PostedWebhook {
  const headers = arrived.get(request);
  if (!headers || !Buffer.isBuffer(request.body)) throw new Error(`The bodies of ${request.routeOptions.url ?? 'this route'} are not taken as webhooks.`);
  return { body: request.body, headers };
}
