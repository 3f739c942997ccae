/* global fetch, AbortSignal */
import { DeliveryFailure, UnknownOutcome, parseOrFail, retryAfterMs } from '@order-fulfillment/fulfiller-kit';

const MAX_SESSIONS = 20;

/** Errors that come before a connection stands: nothing was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * What an operator may configure, and what a product says of itself: two schemas in the form that zod, valibot and arktype have as well
 * (standardschema.dev), written by hand here.
 */
const OptionsSchema = schema((options) => [
  ...problemsOfNames(options, ['endpoint']),
  ...(isHttpUrl(options.endpoint) ? [] : [{ path: ['endpoint'], message: 'must be the http(s) URL of the mentoring service' }]),
]);
const DetailsSchema = schema((details) => [
  ...problemsOfNames(details, ['sessions']),
  ...(isCount(details.sessions) ? [] : [{ path: ['sessions'], message: `must be a whole number from 1 to ${MAX_SESSIONS}` }]),
]);

/** A plug-in of Order Fulfillment: one option, `endpoint`, the URL under which the mentoring service keeps its bookings. */
export default class MentoringModule {
  static manifest = {
    name: 'mentoring',
    contractVersion: 1,
    options: OptionsSchema,
    capabilities: { revoke: true, asynchronous: false, sharedAccess: false },
  };

  static register({ token, options, timeoutMs }) {
    const endpoint = options.endpoint.replace(/\/+$/, '');
    return { module: MentoringModule, providers: [{ provide: token, useFactory: () => new MentoringFulfiller(endpoint, timeoutMs) }], exports: [token] };
  }
}

/** Books mentoring sessions. The service keeps one booking a key, so that a repeated call books nothing more. */
class MentoringFulfiller {
  constructor(endpoint, timeoutMs) {
    this.endpoint = endpoint;
    this.timeoutMs = timeoutMs;
  }

  parseDetails(raw) {
    return parseOrFail(DetailsSchema, raw, 'details of a mentoring');
  }

  async fulfill(request) {
    const { learner, details, idempotencyKey } = request;
    const body = JSON.stringify({ learner: learner.username, sessions: details.sessions });
    const answer = await this.call(this.endpoint, request, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey } });
    return receiptOf(answer, request);
  }

  async verify(request) {
    const answer = await this.call(this.bookingUrl(request), request, { method: 'GET' });
    return answer.status === 404 ? null : receiptOf(answer, request);
  }

  async revoke(request) {
    const answer = await this.call(this.bookingUrl(request), request, { method: 'DELETE' });
    if (answer.status === 204 || answer.status === 404) return;
    throw answer.status < 300 ? unreadable() : failureOf(answer);
  }

  bookingUrl({ idempotencyKey }) {
    return `${this.endpoint}/${encodeURIComponent(idempotencyKey)}`;
  }

  async call(url, { signal }, init) {
    if (signal.aborted) throw new DeliveryFailure({ kind: 'network', detail: 'The mentoring service was not called: the time was over.', passing: true });
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]) });
      return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      throw unanswered(error);
    }
  }
}

/** `problemsOf` is asked about objects only. */
function schema(problemsOf) {
  const validate = (value) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const issues = isObject ? problemsOf(value) : [{ message: 'must be an object' }];
    return issues.length > 0 ? { issues } : { value };
  };
  return { '~standard': { version: 1, vendor: 'acme', validate } };
}

function problemsOfNames(value, known) {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: [name], message: 'is unknown' }));
}

function isHttpUrl(value) {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

function isCount(value) {
  return Number.isInteger(value) && value >= 1 && value <= MAX_SESSIONS;
}

function receiptOf(answer, { idempotencyKey }) {
  if (answer.status !== 200 && answer.status !== 201) throw failureOf(answer);
  const booking = readBooking(answer.text);
  if (booking?.key === idempotencyKey && Number.isInteger(booking.sessions)) return { reference: `${booking.sessions} mentoring sessions` };
  throw unreadable();
}

/** It says that all is well, and not what it did. */
function unreadable() {
  return new UnknownOutcome({ kind: 'server', detail: 'The answer of the mentoring service cannot be read.' });
}

function readBooking(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failureOf({ status: httpStatus, retryAfter }) {
  const detail = `The mentoring service answered ${httpStatus}.`;
  if (httpStatus === 429) return new DeliveryFailure({ kind: 'throttled', detail, passing: true, httpStatus, ...waitOf(retryAfter) });
  if (httpStatus >= 500) return new DeliveryFailure({ kind: 'server', detail, passing: true, httpStatus, mayHaveArrived: true });
  return new DeliveryFailure({ kind: 'rejected', detail, passing: false, httpStatus });
}

function waitOf(retryAfter) {
  const waitMs = retryAfterMs(retryAfter);
  return waitMs === null ? {} : { retryAfterMs: waitMs };
}

/** `fetch` throws a `TypeError` when the network fails, and the reason of the signal when that one aborts. */
function unanswered(error) {
  const isNetwork = error.name === 'TypeError';
  if (isNetwork && UNSENT.has(error.cause?.code)) return new DeliveryFailure({ kind: 'network', detail: 'The mentoring service cannot be reached.', passing: true, cause: error });
  return new UnknownOutcome({ kind: isNetwork ? 'network' : 'timeout', detail: 'The mentoring service did not answer.', cause: error });
}
