import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { TEST_JWT_SECRET } from './processes.js';

export interface Answer<Body = OrderBody> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface LineBody {
  readonly id: string;
  readonly sku: string;
  readonly status: string;
  readonly attempts: number;
  readonly failure: { readonly kind: string; readonly detail: string; readonly passing: boolean } | null;
  readonly nextAttemptAt: string | null;
  readonly receipt: string | null;
  readonly attemptLog: readonly { readonly outcome: string; readonly httpStatus: number | null; readonly requestedBy: string; readonly detail: string | null; readonly purpose: string; readonly durationMs: number | null }[];
}

export interface OrderBody {
  readonly number: string;
  readonly status: string;
  readonly lines: readonly LineBody[];
  readonly history: readonly { readonly actor: string; readonly event: string; readonly from: string | null; readonly to: string | null; readonly reason: string | null }[];
}

export interface ProblemBody {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer?: string; readonly parameter?: string; readonly header?: string; readonly detail: string }[];
}

export interface RequestOptions {
  readonly token?: string | null;
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A token as the LMS writes it (claims of its OAuth2 handbook). `claims` override; null leaves one out. */
export async function tokenOf(username: string, claims: Readonly<Record<string, unknown>> = {}, secret = TEST_JWT_SECRET): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { preferred_username: username, email: `${username}@example.com`, user_id: 7, administrator: false, iat: now, exp: now + 3600, ...claims };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new SignJWT(kept).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(secret));
}

export const staffToken = () => tokenOf('staff', { administrator: true });

/** Asks the API as a client would. A fresh Idempotency-Key goes with each POST unless `key` says otherwise. */
export async function ask<Body = OrderBody>(url: string, method: string, path: string, options: RequestOptions = {}): Promise<Answer<Body>> {
  const { token = null, key = randomUUID(), body, headers = {} } = options;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `JWT ${token}` }),
      ...(method === 'POST' && key !== null ? { 'idempotency-key': key } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) as Body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
