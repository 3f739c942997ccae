import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.js';
import type { LmsAnswer } from './lms-answer.js';

/** What was read of a call's body: its value, or the answer that refuses it. */
export type BodyReading = { readonly value: unknown } | { readonly refusal: LmsAnswer };

/** One call to the LMS, read and authenticated. */
export interface LmsCall {
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  /** What the wildcard of the resource's path matched, percent-decoded. Empty for a path without one. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; an empty object where there was none. */
  readonly body: unknown;
  /** Where the learner may sit: every address of `X-Forwarded-For`, or else the connection's own. */
  readonly addresses: readonly string[];
  /** The LMS's address as the caller wrote it, for links. */
  readonly origin: string;
  readonly caller: Caller;
}

export type Operation = (call: LmsCall) => LmsAnswer | Promise<LmsAnswer>;

/**
 * Who may call.
 * `public`: anyone. `key_or_user`: the API key or a user. `user`: a user, the key does not count. `staff`: a global
 * staff user. `retirement`: a superuser with a JWT.
 */
export type Access = 'public' | 'key_or_user' | 'user' | 'staff' | 'retirement';

/** One path of the LMS with what it can do. */
export interface Resource {
  /** As Fastify writes it; at most one `*`, at the end. */
  readonly path: string;
  /** Whether what the `*` matched belongs to this path; a path that does not is none of the LMS's. Left out: all does. */
  readonly accepts?: (rest: string) => boolean;
  readonly access: Access;
  /** Whether the enrollment API's rate limit counts these calls. */
  readonly throttled: boolean;
  /** By method. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The body as an object whose fields can be read. A crash, as in the LMS, where it is something else. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (isFields(body)) return body;
  throw new CrashError('the body is no object');
}

export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The LMS would have crashed here: the caller gets its 500 page. Nothing is wrong with the sandbox. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}
