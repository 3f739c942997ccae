import { randomBytes } from 'node:crypto';
import type { World } from '../world/world.js';
import { json, type Answer } from '../wire/answer.js';
import type { BodyReading, Dialect, GatewayCall } from '../wire/dialect.js';
import { isFields } from '../wire/fields.js';
import { refundView } from './capture.view.js';
import { orderView } from './order.view.js';
import { inProgress, invalidRequest, PaypalError, unprocessable } from './paypal.error.js';
import type { PaypalTokens } from './paypal.tokens.js';

const PUBLIC = /^\/v1\/(oauth2\/token|notifications\/certs\/)/;

/** How PayPal speaks. */
export function paypalDialect(world: World, tokens: PaypalTokens): Dialect {
  return {
    gateway: 'paypal',
    keyHeader: 'paypal-request-id',
    requestIdHeader: 'paypal-debug-id',
    newRequestId: () => randomBytes(7).toString('hex').slice(0, 13),
    readBody,
    refuseCaller: (call) => refuseCaller(call, tokens),
    notFound: (call) => json(404, { name: 'NOT_FOUND', message: 'The specified resource does not exist.', debug_id: call.requestId }, { kept: false }),
    notAllowed: (call) => json(405, { name: 'METHOD_NOT_SUPPORTED', message: 'The server does not implement the requested HTTP method.', debug_id: call.requestId }, { kept: false }),
    refusalOf: (thrown, { requestId }) => (thrown instanceof PaypalError ? thrown.answer(requestId) : null),
    // The same id may be used for different calls.
    keyScope: ({ idempotencyKey, path }) => `${path} ${idempotencyKey ?? ''}`,
    inFlight: ({ requestId }) => inProgress().answer(requestId),
    otherParameters: ({ requestId }) => unprocessable('DUPLICATE_REQUEST_ID').answer(requestId),
    replay: (call, { status, body, subject }) => replay(world, call, { status, body, subject }),
  };
}

/** PayPal answers a repeated call with 200 and the object as it is by then. */
function replay(world: World, call: GatewayCall, { status, body, subject }: { status: number; body: string; subject: string | null }): Answer {
  const order = world.payments.get(subject ?? '');
  if (order !== undefined) return json(200, orderView(world, order, call.origin));
  const refund = world.refunds.get(subject ?? '');
  const payment = refund && world.payments.get(refund.paymentId);
  if (refund !== undefined && payment !== undefined) return json(200, refundView(world, payment, refund, call.origin));
  return { status, body, contentType: body.startsWith('<') ? 'text/html' : 'application/json', headers: {}, subject: null, kept: false };
}

function readBody(method: string, body: string, contentType = ''): BodyReading {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return { fields: Object.fromEntries(new URLSearchParams(body)) };
  if (method === 'GET' || method === 'HEAD') return { fields: {} };
  if (!contentType.startsWith('application/json')) {
    return { refusal: json(415, { name: 'UNSUPPORTED_MEDIA_TYPE', message: 'The server does not support the request payload’s media type.', debug_id: '0000000000000' }, { kept: false }) };
  }
  const parsed = body === '' ? {} : parseJson(body);
  return isFields(parsed) ? { fields: parsed } : { refusal: invalidRequest('MALFORMED_REQUEST_JSON', '/').answer('0000000000000') };
}

function refuseCaller({ path, headers, requestId }: GatewayCall, tokens: PaypalTokens): Answer | null {
  if (PUBLIC.test(path) || tokens.isGood(headers.authorization)) return null;
  if (headers.authorization !== undefined) return json(401, { error: 'invalid_token', error_description: 'Token signature verification failed' }, { kept: false });
  const message = 'Authentication failed due to invalid authentication credentials or a missing Authorization header.';
  return json(401, { name: 'AUTHENTICATION_FAILURE', message, debug_id: requestId, links: [{ href: 'https://developer.paypal.com/docs/api/overview/#error', rel: 'information_link' }] }, { kept: false });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
