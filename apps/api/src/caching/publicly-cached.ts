import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { Public } from '../auth/caller.js';
import { PublicAnswerInterceptor } from './public-answer.interceptor.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Scripts of the sites in `SITE_ORIGINS` may read it. */
    readonly readAcrossOrigins?: boolean;
  }
}

/**
 * A GET route that anybody may ask, scripts of the configured sites too, and whose answer may be kept: it returns a `PublicAnswer`, and gets
 * an ETag, `Cache-Control` and the 304 from it.
 */
export function PubliclyCached({ fromMemory = false } = {}): MethodDecorator {
  return applyDecorators(
    Public(),
    RouteConfig({ readAcrossOrigins: true, fromMemory }),
    UseInterceptors(PublicAnswerInterceptor),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what the client has.' }),
    ApiResponse({ status: 304, description: 'The client has it already.' }),
  );
}
