import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '#config';
import type { Logger } from 'pino';
import { ApiModule } from './api.module.js';
import { NestLogger } from './logging/logger.js';
import { logRequests } from './logging/request-log.js';
import { serveOpenApi } from './openapi/openapi.js';

/** 100 lines fit in a tenth of it. */
const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** The HTTP application, wired and ready to listen. @throws whatever stops a boot, with a sentence that says what to change. */
export async function createApi(config: AppConfig, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    logger: false,
    // A caller's own id is kept when it has a form that cannot do harm in a log.
    genReqId: ({ headers }: { headers: IncomingHttpHeaders }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), adapter, { logger: new NestLogger(logger), abortOnError: false });
  logRequests(app.getHttpAdapter().getInstance(), logger);
  serveOpenApi(app);
  app.enableShutdownHooks();
  return app;
}
