import type { PaymentProcessor } from '../contract/payment-processor.js';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { type WebhookEvent, WebhookRefusedError } from '../contract/webhook-event.js';
import { ScriptedGateway, processorOf } from '../gateway-calls/scripted.fake.js';
import PayPalProcessorModule from './index.js';
import { STUB_CERTIFICATE } from './stub-certificate.js';
import { signedDelivery } from './stub-paypal.js';

const WEBHOOK_ID = 'WH-1';
const CERT = '/v1/notifications/certs/CERT-360caa42-fca2a594';
const PAYMENT_ID = '7d3f9f4e-5f0a-4c07-9d54-0f2b0f9f6a11';
const MARKS = { custom_id: PAYMENT_ID, invoice_id: 'OF-1-0f9f6a11' };
const OURS = { paymentId: PAYMENT_ID, orderNumber: 'OF-1' };
const NOBODY = { paymentId: null, orderNumber: null };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const gateway = new ScriptedGateway();
let processor: PaymentProcessor;
let close: () => Promise<void>;

beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(async () => {
  gateway.reset();
  gateway.on(`GET ${CERT}`, { status: 200, body: STUB_CERTIFICATE });
  const page = 'https://shop.example.com/orders/{orderNumber}';
  ({ processor, close } = await processorOf(PayPalProcessorModule, { clientId: 'a', clientSecret: 'b', webhookId: WEBHOOK_ID, apiUrl: gateway.url, returnUrl: page, cancelUrl: page }, 2_000));
});
afterEach(() => close());

const event = (event_type: string, resource: unknown) => JSON.stringify({ id: 'WH-EVENT-1', event_type, resource });

function parse(body: string, { certUrl = `${gateway.url}${CERT}`, time = new Date().toISOString(), nowMs = Date.now(), headers = {} }: { certUrl?: string; time?: string; nowMs?: number; headers?: Record<string, string> } = {}): Promise<WebhookEvent> {
  const delivery = signedDelivery(body, WEBHOOK_ID, certUrl, time);
  return processor.parseWebhook({ body: delivery.body, headers: { ...delivery.headers, ...headers }, nowMs, signal: new AbortController().signal });
}

async function whyOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof WebhookRefusedError) return thrown.why;
    throw thrown;
  }
  return 'believed';
}

it.each([
  ['CHECKOUT.ORDER.APPROVED', { id: 'O1', purchase_units: [MARKS] }, { reference: 'O1', captureReference: null, ...OURS }],
  ['PAYMENT.CAPTURE.COMPLETED', { id: 'C1', ...MARKS, supplementary_data: { related_ids: { order_id: 'O1' } } }, { reference: 'O1', captureReference: 'C1', ...OURS }],
  ['PAYMENT.CAPTURE.DENIED', { id: 'C1' }, { reference: null, captureReference: 'C1', ...NOBODY }],
  ['PAYMENT.CAPTURE.REFUNDED', { id: 'R1', ...MARKS, links: [{ rel: 'self', href: 'https://x/refunds/R1' }, { rel: 'up', href: 'https://api-m.paypal.com/v2/payments/captures/C1' }] }, { reference: null, captureReference: 'C1', ...NOBODY }],
  ['PAYMENT.CAPTURE.REVERSED', { id: 'R1', links: [{ rel: 'up', href: 'https://api-m.paypal.com/v2/payments/captures/C1' }] }, { reference: null, captureReference: 'C1', ...NOBODY }],
  ['CUSTOMER.DISPUTE.CREATED', { dispute_id: 'PP-D-1', disputed_transactions: [{ seller_transaction_id: 'C1', custom: PAYMENT_ID, invoice_number: 'OF-1-0f9f6a11' }] }, { reference: null, captureReference: 'C1', ...OURS }],
])('reads which payment %s is about', async (type, resource, subject) => {
  expect(await parse(event(type, resource))).toEqual({ eventId: 'WH-EVENT-1', type, subject });
});

it.each([
  ['BILLING.PLAN.CREATED', { id: 'P-1' }],
  ['PAYMENT.CAPTURE.REFUNDED', { id: 'R1' }],
  ['PAYMENT.CAPTURE.REFUNDED', { links: [{ rel: 'up', href: 'https://x/captures/../../orders' }] }],
  ['CUSTOMER.DISPUTE.CREATED', { disputed_transactions: [] }],
  ['PAYMENT.CAPTURE.COMPLETED', null],
  ['PAYMENT.CAPTURE.COMPLETED', { id: 'a b', custom_id: 'a customer of another shop' }],
])('has no subject for %s with %j', async (type, resource) => {
  expect(await parse(event(type, resource))).toEqual({ eventId: 'WH-EVENT-1', type, subject: null });
});

it.each([
  [0, 'believed'],
  [3 * DAY_MS + MINUTE_MS, 'believed'],
  [4 * DAY_MS + MINUTE_MS, 'signature_stale'],
  [-4 * MINUTE_MS, 'believed'],
  [-6 * MINUTE_MS, 'signature_stale'],
])('of an event that was first sent %d ms ago, since a repeated one keeps its time: %s', async (ageMs, why) => {
  expect(await whyOf(parse(event('X', {}), { nowMs: Date.now() + ageMs }))).toBe(why);
});

it('fetches the certificate once, for all who wait, and without our token', async () => {
  await Promise.all([parse(event('X', {})), parse(event('X', {})), parse(event('X', {}))]);
  await parse(event('X', {}));
  expect(gateway.asked).toEqual([`GET ${CERT}`]);
  expect(gateway.calls[0]?.headers.authorization).toBeUndefined();
});

it.each([
  `https://127.0.0.1${CERT}`,
  `https://evil.example.com${CERT}`,
  `https://api.paypal.com.evil.example.com${CERT}`,
  `https://api.paypal.com@evil.example.com${CERT}`,
  `https://api.paypal.com:8443${CERT}`,
  `http://api.paypal.com${CERT}`,
  `https://api.paypal.com${CERT}?next=https://evil.example.com`,
  'https://api.paypal.com/v1/oauth2/token',
  'https://api.paypal.com/v1/notifications/certs/anything',
  'https://api.paypal.com/other/certs/CERT-360caa42',
  `file://${CERT}`,
  CERT,
])('fetches no certificate from %s', async (certUrl) => {
  expect(await whyOf(parse(event('X', {}), { certUrl }))).toBe('signature_wrong');
  expect(gateway.asked).toEqual([]);
});

it.each([
  [{ status: 404, body: {} }, 'signature_wrong'],
  [{ status: 410, body: {} }, 'signature_wrong'],
])('refuses what is signed by a certificate that is not there', async (answer, why) => {
  gateway.on(`GET ${CERT}`, answer);
  expect(await whyOf(parse(event('X', {})))).toBe(why);
});

it.each([{ status: 503, body: {} }, { status: 302, body: '', headers: { Location: 'https://evil.example.com/certs/1' } }, { status: 200, body: '<html>' }])('fails, and passes, when the certificate does not come (%j)', async (answer) => {
  gateway.on(`GET ${CERT}`, answer, { status: 200, body: STUB_CERTIFICATE });
  const thrown: unknown = await parse(event('X', {})).catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(GatewayFailure);
  expect(thrown).toMatchObject({ passing: true });
  expect(await whyOf(parse(event('X', {})))).toBe('believed');
});

it('asks once for a certificate that is not there, and six times a minute for others: what is refused for that is to be sent again', async () => {
  const at = (name: string) => parse(event('X', {}), { certUrl: `${gateway.url}/v1/notifications/certs/CERT-${name}` });
  gateway.on(`GET ${CERT}`, { status: 404, body: {} });
  for (let count = 0; count < 5; count += 1) expect(await whyOf(parse(event('X', {})))).toBe('signature_wrong');
  expect(gateway.asked).toHaveLength(1);
  for (const name of ['1', '2', '3', '4', '5']) await at(name).catch(() => undefined);
  const thrown: unknown = await at('6').catch((reason: unknown) => reason);
  expect(thrown).toMatchObject({ name: 'GatewayFailure', kind: 'throttled', passing: true });
  expect((thrown as GatewayFailure).retryAfterMs).toBeGreaterThan(50_000);
  expect(await whyOf(parse(event('X', {})))).toBe('signature_wrong');
  expect(gateway.asked).toHaveLength(6);
});

it('waits no longer than its time-out for a certificate', async () => {
  gateway.respond('hangBefore', 'all');
  expect(await parse(event('X', {})).catch((reason: unknown) => reason)).toMatchObject({ kind: 'timeout', passing: true });
});

it.each([
  ['paypal-auth-algo', 'SHA1withRSA'],
  ['paypal-transmission-time', 'yesterday'],
  ['paypal-transmission-sig', 'no base64!'],
  ['paypal-transmission-id', 'another'],
])('refuses %s of %s', async (name, value) => {
  expect(await whyOf(parse(event('X', {}), { headers: { [name]: value } }))).toBe('signature_wrong');
});

it('believes no certificate that has run out', async () => {
  const inTwoHundredYears = Date.now() + 200 * 365 * DAY_MS;
  expect(await whyOf(parse(event('X', {}), { time: new Date(inTwoHundredYears).toISOString(), nowMs: inTwoHundredYears }))).toBe('signature_wrong');
});

it.each(['', 'null', '[]', '{"id":"WH-1"}', '{"id":"","event_type":"X"}', `{"id":"${'e'.repeat(256)}","event_type":"X"}`])('reads no event out of %j, although it is signed', async (body) => {
  expect(await whyOf(parse(body))).toBe('unreadable');
});
