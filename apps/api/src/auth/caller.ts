import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '#checkout';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once the guard has read his token. */
    caller?: Caller;
  }
}

/** Who calls. For routes behind the guard only. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('No caller: this route is not behind the guard.');
  return caller;
});

export const PUBLIC = 'auth:public';
export const STAFF_ONLY = 'auth:staff';

/** Lets anybody in. Every other route needs a token. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Lets only staff in. */
export const StaffOnly = () => SetMetadata(STAFF_ONLY, true);
