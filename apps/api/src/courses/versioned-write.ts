import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, requireVersion, type ExpectedVersion } from '../etag.js';
import { ProblemError } from '../problems/problem.js';

/** A request that changes what somebody has read: who asks, which version he expects, and where his answer goes. */
export interface VersionedWrite<Version extends ExpectedVersion = ExpectedVersion> {
  readonly actor: string;
  readonly ifVersion: Version;
  readonly reply: FastifyReply;
}

/** For routes that make a thing or change it. Refuses a request that says neither `If-Match` nor `If-None-Match: *`. */
export const Write = createParamDecorator((_: unknown, context: ExecutionContext): VersionedWrite => write(context, requireVersion));

/** For routes that withdraw a thing: there must be one. */
export const Withdrawal = createParamDecorator((_: unknown, context: ExecutionContext): VersionedWrite<number> => write(context, requireExistingVersion));

/** Documents by which header a route is told what it changes. */
export function ApiVersion({ creates }: { creates: boolean }): MethodDecorator {
  const match = ApiHeader({ name: 'If-Match', required: !creates, description: 'The ETag of what was read, such as `"7"`. When somebody else has changed it meanwhile: 412.' });
  if (!creates) return match;
  return applyDecorators(match, ApiHeader({ name: 'If-None-Match', required: false, description: '`*`: it shall be new. One of the two is required.' }));
}

/** Marks an answer with its version and, where the thing is new, with its place. */
export function sendVersion(reply: FastifyReply, version: number, createdAt?: string): void {
  void reply.header('etag', etagOf(version));
  if (createdAt !== undefined) void reply.status(201).header('location', createdAt);
}

function write<Version extends ExpectedVersion>(context: ExecutionContext, versionFrom: (request: FastifyRequest) => Version): VersionedWrite<Version> {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  if (!request.caller) throw new Error('No caller: this route is not behind the guard.');
  return { actor: request.caller.username, ifVersion: versionFrom(request), reply: http.getResponse<FastifyReply>() };
}

function requireExistingVersion(request: Pick<FastifyRequest, 'headers'>): number {
  const version = requireVersion(request);
  if (version === 'new') throw new ProblemError('invalid_request', 'What shall be new cannot be withdrawn.', [{ header: 'If-None-Match', detail: 'does not belong here: send If-Match' }]);
  return version;
}
