import type { AxiosRequestConfig } from 'axios';
import { hasDetail, providerWords, retryAfterMs } from './answer.js';
import { LmsRefusedError } from './lms.errors.js';
import type { LmsOptions } from './lms.options.js';

/** The bounds of one call: whichever comes first ends it. */
export interface LmsCall {
  /** From the start to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
  /** The caller's own reason to stop. */
  readonly signal: AbortSignal;
  /** Told directly before a call leaves. What it throws is thrown on, and the call is not made. */
  readonly onCall?: () => void;
}

export interface LmsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Starts with a slash; its parts are encoded already. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as a form, instead of a body. */
  readonly form?: Readonly<Record<string, string>>;
  /** The learner's network address, if the LMS shall judge by it. */
  readonly forwardedFor?: string | null;
  /** A JWT to show in place of the API key: a JWT that is not taken is a 401 even beside a good key. Null: neither is shown. */
  readonly token?: string | null;
}

/** The request as the HTTP client takes it. */
export function requestConfig(request: LmsRequest, { url, apiKey }: LmsOptions): AxiosRequestConfig {
  const { method, path, body, form, forwardedFor, token } = request;
  const config: AxiosRequestConfig = { method, url: url.replace(/\/+$/, '') + path };
  if (body !== undefined) config.data = JSON.stringify(body);
  if (form !== undefined) config.data = new URLSearchParams(form).toString();
  config.headers = {
    'Content-Type': form === undefined ? 'application/json' : 'application/x-www-form-urlencoded',
    ...(token === undefined && { 'X-Edx-Api-Key': apiKey }),
    ...(typeof token === 'string' && { Authorization: `JWT ${token}` }),
    ...(forwardedFor && { 'X-Forwarded-For': forwardedFor }),
  };
  return config;
}

/** A refusal in the words of the LMS, without what the request kept secret. */
export function refusal({ status, headers, text }: { status: number; headers: Readonly<Record<string, unknown>>; text: string }, request: LmsRequest, options: LmsOptions): LmsRefusedError {
  // What was sent in a form may come back as it was written there.
  const { clientSecret } = options.oauth ?? {};
  const hidden = [options.apiKey, clientSecret, clientSecret && formText(clientSecret), request.token, request.forwardedFor].map((secret) => secret ?? '');
  return new LmsRefusedError(status, providerWords(text, hidden), retryAfterMs(headers['retry-after']), hasDetail(text));
}

function formText(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length);
}
