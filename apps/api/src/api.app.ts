import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { deliveryModules } from '#composition';
import type { AppConfig } from '#config';
import { NestLogger } from '#observability';
import type { FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { ApiModule, SERVICE } from './api.module.js';
import { answerFromMemory } from './caching/answer-from-memory.js';
import { forgetOnCatalogWrites } from './caching/catalog-writes.js';
import { letSitesRead } from './caching/cross-origin.js';
import { closeConnectionsWhileStopping } from './draining.js';
import { logRequests } from './logging/request-log.js';
import { answerClientError } from './problems/client-error.js';
import { ProblemError } from './problems/problem.js';
import { sendProblem } from './problems/problem.filter.js';
import { PurchaseOptions } from './purchase-options/purchase-options.service.js';
import { keepRawBody } from './results/raw-body.js';
import { RESULT_ROUTE } from './results/results.controller.js';
import { setResponseHeaders } from './response-headers.js';
import { serveOpenApi } from './openapi/openapi.js';
import { takeWebhookBodies } from './webhooks/webhook-body.js';
import { WEBHOOK_ROUTE } from './webhooks/webhooks.controller.js';

/** 100 lines fit in a tenth of it. */
const MAX_BODY_BYTES = 256 * 1024;
/** A request that has not come in whole by then never will. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A course key has at most 255 characters; what is longer is refused by its own words where its route has them. */
const MAX_PARAM_LENGTH = 1_024;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** The HTTP application, wired and ready to listen. */
export interface Api {
  readonly app: NestFastifyApplication;
  /** The longest that it waits for its requests when it stops, in milliseconds. */
  readonly drainMs: number;
}

/** @throws whatever stops a boot, with a sentence that says what to change. */
export async function createApi(config: AppConfig, logger: Logger): Promise<Api> {
  const delivery = await deliveryModules(config, { service: SERVICE });
  const adapter = new FastifyAdapter(serverOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, delivery), adapter, { logger: new NestLogger(logger), abortOnError: false, bodyParser: false });
  // JSON is the only body that is taken, by Fastify's own parser.
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  const fastify = app.getHttpAdapter().getInstance();
  closeConnectionsWhileStopping(fastify, delivery.longestWorkMs);
  setResponseHeaders(fastify);
  logRequests(fastify, logger);
  keepRawBody(fastify, RESULT_ROUTE);
  takeWebhookBodies(fastify, WEBHOOK_ROUTE);
  letSitesRead(fastify, config.links.siteOrigins);
  const options = app.get(PurchaseOptions);
  forgetOnCatalogWrites(fastify, options.memory);
  answerFromMemory(fastify, (courseId) => options.remembered(courseId));
  serveOpenApi(app);
  app.enableShutdownHooks();
  return { app, drainMs: delivery.longestWorkMs };
}

function serverOptions({ trustedProxies }: AppConfig): FastifyServerOptions {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // The schemas refuse such keys by name; what passes them is never merged into anything.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    logger: false,
    // Otto's clients end their paths with a slash.
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    clientErrorHandler: answerClientError,
    // A caller's own id is kept when it has a form that cannot do harm in a log.
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // A path that cannot be decoded, or has a part of a length that no route has, is refused before there is a route.
    frameworkErrors: (_error, request, reply) => sendProblem(new ProblemError('not_found', 'There is nothing here.'), request, reply),
  };
}
