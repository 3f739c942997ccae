import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.js';
import { PUBLIC, STAFF_ONLY } from './caller.js';
import { TokenError, TokenReader, type TokenFacts } from './token.reader.js';

/** `JWT` is what Open edX clients send, `Bearer` what everybody else does. */
const CREDENTIALS = /^(?:JWT|Bearer) ([\w.~+/=-]+)$/i;

/** Default deny: a route needs a good token unless it says `@Public()`, and staff where it says `@StaffOnly()`. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(TokenReader) private readonly tokens: TokenReader,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const facts = await this.facts(request.headers.authorization);
    if (this.reflector.getAllAndOverride<boolean>(STAFF_ONLY, targets) && !facts.isStaff) throw new ProblemError('staff_only', 'Only staff may do this.');
    request.caller = { ...facts, address: request.ip };
    return true;
  }

  private async facts(authorization: string | undefined): Promise<TokenFacts> {
    const token = CREDENTIALS.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('Send a token: "Authorization: JWT <token>" or "Authorization: Bearer <token>".');
    try {
      return await this.tokens.read(token);
    } catch (error) {
      if (error instanceof TokenError) throw unauthenticated(error.message);
      throw error;
    }
  }
}

function unauthenticated(detail: string): ProblemError {
  return new ProblemError('unauthenticated', detail, [{ header: 'Authorization', detail }], { 'www-authenticate': 'JWT realm="order-fulfillment", Bearer' });
}
