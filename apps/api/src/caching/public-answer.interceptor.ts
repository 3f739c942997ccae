import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { PublicAnswer } from './public-answer.js';
import { publicPayload } from './send-public.js';

/** Sends what a `@PubliclyCached()` route answers. Whatever it throws is a problem as everywhere, and not kept. */
@Injectable()
export class PublicAnswerInterceptor implements NestInterceptor<PublicAnswer, string | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<PublicAnswer>): Observable<string | undefined> {
    const http = context.switchToHttp();
    return next.handle().pipe(map((answer) => publicPayload(answer, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())));
  }
}
