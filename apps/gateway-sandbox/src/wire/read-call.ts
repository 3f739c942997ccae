import type { FastifyRequest } from 'fastify';
import type { Dialect, GatewayCall } from './dialect.js';
import type { Fields } from './fields.js';

/** Puts together what is known of a call. */
export function readCall(request: FastifyRequest, dialect: Dialect, body: Fields): GatewayCall {
  const { method, headers, url, params } = request;
  const key = headers[dialect.keyHeader];
  return {
    method,
    path: pathOf(url),
    params: params as Readonly<Record<string, string>>, // the router knows no others
    query: new URLSearchParams(url.split('?')[1] ?? ''),
    headers,
    body,
    origin: originOf(request),
    requestId: dialect.newRequestId(),
    // On other methods it means nothing.
    idempotencyKey: method === 'POST' && typeof key === 'string' && key !== '' ? key : null,
  };
}

/** This program's address as the caller wrote it. */
export function originOf({ headers }: FastifyRequest): string {
  return `http://${headers.host ?? 'localhost'}`;
}

/** Percent-decoded where that is possible, without the query. */
export function pathOf(url: string): string {
  const path = url.split('?')[0] ?? '';
  return isDecodable(path) ? decodeURIComponent(path) : path;
}

/** Whether the path of this address is well percent-encoded. */
export function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
