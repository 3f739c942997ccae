import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { CatalogError } from '#catalog';
import { CheckoutForbiddenError, CheckoutRefusedError, GatewayUnavailableError } from '#checkout';
import { ProviderPausedError } from '#fulfillment';
import { errorFields } from '#observability';
import { DomainError, RequestInProgressError, isDatabaseAway } from '#orders';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, ProblemError, isProblemCode, type Problem, type ProblemCode } from './problem.js';

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  // What may not be served is not there.
  403: 'not_found',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

const BROKEN_JSON = new Set(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY', 'FST_ERR_CTP_INVALID_CONTENT_LENGTH']);

/** The one place where refusals become HTTP. Whatever it does not know is a bug: 500 without detail, logged with its stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // The client has gone in the middle of its request: there is nobody to answer, and nothing is wrong here.
    if (request.raw.destroyed && !request.raw.complete) return sendProblem(new ProblemError('invalid_request', 'The request did not come in whole.'), request, reply);
    const refusal = toProblem(thrown);
    // Whoever threw a problem knew what it is, and has logged what there is to say.
    if (!(thrown instanceof ProblemError) && (refusal.code === 'internal_error' || refusal.code === 'unavailable')) this.logFault(thrown, request.id);
    sendProblem(refusal, request, reply);
  }

  private logFault(thrown: unknown, requestId: string): void {
    this.logger.error({ requestId, err: errorFields(thrown) });
  }
}

/** Answers with a problem. Also for what Fastify refuses before it has found a route. */
export function sendProblem(refusal: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(refusal.headers);
  void reply.status(PROBLEMS[refusal.code].status).type('application/problem+json').send(problemBody(refusal, request.id));
}

/** The problem as it stands on the wire. */
export function problemBody({ code, message, errors }: ProblemError, traceId: string): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `https://order-fulfillment.dev/problems/${code}`, title, status, detail: message, code, ...(errors.length > 0 ? { errors } : {}), traceId };
}

function toProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof CheckoutRefusedError) return new ProblemError(thrown.code, thrown.message, thrown.refusals);
  if (thrown instanceof CatalogError && isProblemCode(thrown.code)) return new ProblemError(thrown.code, thrown.message, thrown.problems);
  if (thrown instanceof CheckoutForbiddenError) return new ProblemError(thrown.code, thrown.message, [{ pointer: thrown.pointer, detail: thrown.message }]);
  if (thrown instanceof RequestInProgressError || thrown instanceof ProviderPausedError) return new ProblemError(thrown.code, thrown.message, [], { 'retry-after': String(Math.ceil(thrown.retryAfterMs / 1000)) });
  if (thrown instanceof GatewayUnavailableError) return new ProblemError(thrown.code, thrown.message, [], thrown.retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(thrown.retryAfterMs / 1000)) });
  if (thrown instanceof DomainError && isProblemCode(thrown.code)) return new ProblemError(thrown.code, thrown.message);
  return fromFramework(thrown) ?? new ProblemError('internal_error', 'It is logged under the trace id. Nothing that was acknowledged is lost; sending the same request with the same Idempotency-Key is safe.');
}

/** What Fastify and Nest refuse before our code sees the request, and a database that is away. Any other error is ours. */
function fromFramework(thrown: unknown): ProblemError | undefined {
  if (isLocked(thrown)) return new ProblemError('unavailable', 'Somebody else is writing this just now, an import perhaps. Nothing was written: send the same request again in a moment.', [], { 'retry-after': '5' });
  if (isDatabaseAway(thrown)) {
    return new ProblemError('unavailable', 'The database cannot be reached. Send the same request again in a moment, with the same Idempotency-Key if it had one.', [], { 'retry-after': '5' });
  }
  if (!(thrown instanceof HttpException)) return undefined;
  // Nest wraps what Fastify throws.
  if (BROKEN_JSON.has(errorCode(thrown.cause)) || isParserError(thrown.cause)) return new ProblemError('invalid_json', 'The body is empty or is not valid JSON.');
  const known = CODE_OF_STATUS[thrown.getStatus()];
  return known && new ProblemError(known, `${PROBLEMS[known].title}.`);
}

/** SQLSTATE 55P03: a lock was not to be had in time. */
function isLocked(thrown: unknown): boolean {
  return thrown instanceof Error && errorCode(thrown) === '55P03';
}

/** Fastify's JSON parser marks its own syntax errors with a status; those of our code have none. */
function isParserError(cause: unknown): boolean {
  return cause instanceof SyntaxError && 'statusCode' in cause && cause.statusCode === 400;
}

function errorCode(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
