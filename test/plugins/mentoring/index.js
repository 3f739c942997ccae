/* global fetch, AbortSignal */
import { ConfigurationFailure, DeliveryFailure, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';

const MAX_SESSIONS = 20;

/** Errors that come before a connection stands: nothing was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** A plug-in of Order Fulfillment: one option, `endpoint`, the URL under which the mentoring service keeps its bookings. */
export default class MentoringModule {
  static manifest = { name: 'mentoring', contractVersion: 1 };

  static register({ token, options, timeoutMs }) {
    const endpoint = parseEndpoint(options);
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
    const { sessions, ...others } = isObject(raw) ? raw : {};
    const problems = Object.keys(others).map((name) => ({ pointer: pointerTo(name), message: 'is unknown' }));
    const isCount = Number.isInteger(sessions) && sessions >= 1 && sessions <= MAX_SESSIONS;
    if (!isCount) problems.push({ pointer: '/sessions', message: `must be a whole number from 1 to ${MAX_SESSIONS}` });
    if (problems.length > 0) throw new ConfigurationFailure('Wrong details of a mentoring', problems);
    return { sessions };
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
    if (answer.status !== 204 && answer.status !== 404) throw failureOf(answer);
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

function parseEndpoint({ endpoint, ...others }) {
  const problems = Object.keys(others).map((name) => ({ pointer: pointerTo(name), message: 'is no option of mentoring' }));
  if (!isHttpUrl(endpoint)) problems.push({ pointer: '/endpoint', message: 'must be the http(s) URL of the mentoring service' });
  if (problems.length === 0) return endpoint.replace(/\/+$/, '');
  throw new ConfigurationFailure(`Wrong options of mentoring: ${problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`, problems);
}

function isHttpUrl(value) {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pointerTo(name) {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function receiptOf(answer, { idempotencyKey }) {
  if (answer.status !== 200 && answer.status !== 201) throw failureOf(answer);
  const booking = readBooking(answer.text);
  if (booking?.key === idempotencyKey && Number.isInteger(booking.sessions)) return { reference: `${booking.sessions} mentoring sessions` };
  throw new UnknownOutcome({ kind: 'server', detail: 'The answer of the mentoring service cannot be read.' });
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
  if (httpStatus === 429) {
    const wait = /^\d{1,7}$/.test(retryAfter ?? '') ? { retryAfterMs: Number(retryAfter) * 1_000 } : {};
    return new DeliveryFailure({ kind: 'throttled', detail, passing: true, httpStatus, ...wait });
  }
  if (httpStatus >= 500) return new DeliveryFailure({ kind: 'server', detail, passing: true, httpStatus, mayHaveArrived: true });
  return new DeliveryFailure({ kind: 'rejected', detail, passing: false, httpStatus });
}

/** `fetch` throws a `TypeError` when the network fails, and the reason of the signal when that one aborts. */
function unanswered(error) {
  const isNetwork = error.name === 'TypeError';
  if (isNetwork && UNSENT.has(error.cause?.code)) return new DeliveryFailure({ kind: 'network', detail: 'The mentoring service cannot be reached.', passing: true, cause: error });
  return new UnknownOutcome({ kind: isNetwork ? 'network' : 'timeout', detail: 'The mentoring service did not answer.', cause: error });
}
