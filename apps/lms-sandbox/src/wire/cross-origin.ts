import type { IncomingHttpHeaders } from 'node:http';

const METHODS = 'DELETE, GET, OPTIONS, PATCH, POST, PUT';
const HEADERS = 'accept, authorization, content-type, use-jwt-cookie, user-agent, x-csrftoken, x-requested-with, x-edx-api-key, x-token-type';
/** The front ends that the LMS would list one by one; here every page of this machine. */
const LOCAL = /^https?:\/\/(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** What lets a front end of another origin call with its cookies: the origin by name, since a star is refused there. */
export function crossOriginHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined || !LOCAL.test(origin)) return {};
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' };
}

/** What the browser asks before an unusual call. */
export function isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

export const PREFLIGHT_HEADERS = { 'Access-Control-Allow-Methods': METHODS, 'Access-Control-Allow-Headers': HEADERS, 'Access-Control-Max-Age': '600' };
