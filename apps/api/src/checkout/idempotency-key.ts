import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.js';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/** The `Idempotency-Key` header: 1 to 255 visible ASCII characters. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()));

/** The same, for routes that need it for some of their requests. @throws {ProblemError} when it is missing or has another form. */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const key = headers['idempotency-key'];
  if (key === undefined) throw refused('idempotency_key_missing', 'Send an Idempotency-Key with each request of this kind, such as a fresh UUID, and the same one when you send it again.');
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) throw refused('idempotency_key_invalid', 'An Idempotency-Key is 1 to 255 visible ASCII characters, sent once.');
  return key;
}

function refused(code: 'idempotency_key_missing' | 'idempotency_key_invalid', detail: string): ProblemError {
  return new ProblemError(code, detail, [{ header: 'Idempotency-Key', detail }]);
}

/** The same for bodies that say the same, in whatever order their keys stand. */
export function fingerprint(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('base64url');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    .join(',')}}`;
}
