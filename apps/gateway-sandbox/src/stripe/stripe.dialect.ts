import { createHash, timingSafeEqual } from 'node:crypto';
import { stripeId } from '../world/ids.js';
import { json } from '../wire/answer.js';
import type { BodyReading, Dialect, GatewayCall } from '../wire/dialect.js';
import { StripeError } from './stripe.error.js';
import { readForm } from './stripe.form.js';

const NO_KEY =
  "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.";

/** How Stripe speaks. */
export function stripeDialect(secretKey: string): Dialect {
  const refuse = (error: StripeError, { requestId }: GatewayCall) => error.answer(requestId);
  const unknown = ({ method, path }: GatewayCall) =>
    new StripeError(`Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`, { status: 404, early: true });
  return {
    gateway: 'stripe',
    keyHeader: 'idempotency-key',
    requestIdHeader: 'request-id',
    newRequestId: () => stripeId('req', 14),
    readBody,
    refuseCaller: (call) => refuseCaller(call, secretKey),
    notFound: (call) => refuse(unknown(call), call),
    notAllowed: (call) => refuse(unknown(call), call),
    refusalOf: (thrown, call) => (thrown instanceof StripeError ? refuse(thrown, call) : null),
    keyScope: ({ idempotencyKey }) => idempotencyKey ?? '',
    inFlight: (call) =>
      refuse(new StripeError(`There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${call.idempotencyKey ?? ''}. Please try again later.`, { status: 409, type: 'idempotency_error', code: 'idempotency_key_in_use' }), call),
    otherParameters: (call, kept) => refuse(new StripeError(otherParameters(call, kept.path), { type: 'idempotency_error' }), call),
    replay: (_call, { status, body }) => ({ status, body, contentType: body.startsWith('<') ? 'text/html' : 'application/json', headers: { 'idempotent-replayed': 'true' }, subject: null, kept: false }),
  };
}

function otherParameters({ path, idempotencyKey }: GatewayCall, firstPath: string): string {
  const only = path === firstPath ? 'with the same parameters they were first used with' : `for the same endpoint they were first used for ('${path}' vs '${firstPath}')`;
  return `Keys for idempotent requests can only be used ${only}. Try using a key other than '${idempotencyKey ?? ''}' if you meant to execute a different request.`;
}

function readBody(_method: string, body: string, contentType = ''): BodyReading {
  const isJson = contentType.startsWith('application/json');
  if (isJson && body !== '') return { refusal: json(400, { error: { message: 'Invalid request: this API takes form-encoded bodies.', type: 'invalid_request_error' } }, { kept: false }) };
  return { fields: readForm(new URLSearchParams(body)) };
}

function refuseCaller(call: GatewayCall, secretKey: string) {
  const given = keyOf(call.headers.authorization);
  if (given === null) return new StripeError(NO_KEY, { status: 401, early: true }).answer(call.requestId);
  if (isSame(given, secretKey)) return null;
  return new StripeError(`Invalid API Key provided: ${given.slice(0, 8)}${'*'.repeat(8)}${given.slice(-4)}`, { status: 401, early: true }).answer(call.requestId);
}

/** By `Bearer`, or as the name of `Basic`. */
function keyOf(header = ''): string | null {
  const [scheme = '', value = ''] = header.split(' ');
  if (/^bearer$/i.test(scheme) && value !== '') return value;
  return /^basic$/i.test(scheme) && value !== '' ? (Buffer.from(value, 'base64').toString().split(':')[0] ?? '') : null;
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
