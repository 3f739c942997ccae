import type { FastifyRequest } from 'fastify';
import { callerFor } from '../access/admission.js';
import type { Authentication } from '../access/authenticator.js';
import type { Access, BodyReading, LmsCall } from './lms-call.js';

/** Puts together what is known of a call. A body that cannot be read counts as empty here; it is refused in its turn. */
export function readCall(request: FastifyRequest, body: BodyReading, access: Access, authentication: Authentication): LmsCall {
  const { method, headers, raw } = request;
  return {
    method,
    path: pathOf(request.url),
    rest: restOf(request.params),
    query: new URLSearchParams(request.url.split('?')[1] ?? ''),
    headers,
    body: 'value' in body ? body.value : {},
    addresses: addressesOf(headers['x-forwarded-for'], raw.socket.remoteAddress),
    origin: `http://${headers.host ?? 'localhost'}`,
    caller: callerFor(access, authentication),
  };
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

/** What the `*` of a route matched, percent-decoded; empty for a route without one. */
export function restOf(params: unknown): string {
  return typeof params === 'object' && params !== null && '*' in params && typeof params['*'] === 'string' ? params['*'] : '';
}

function addressesOf(forwardedFor: string | string[] | undefined, remoteAddress: string | undefined): string[] {
  const forwarded = (forwardedFor ?? '').toString().split(',').map((address) => address.trim()).filter((address) => address !== '');
  return forwarded.length > 0 ? forwarded : [remoteAddress ?? ''];
}
