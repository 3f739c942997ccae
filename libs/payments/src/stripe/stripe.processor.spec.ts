import type { PaymentProcessor, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { ScriptedGateway, processorOf } from '../gateway-calls/scripted.fake.js';
import StripeProcessorModule from './index.js';

const ID = 'pi_3Stub';
const INTENT = `/v1/payment_intents/${ID}`;
const INTENTS = '/v1/payment_intents';
const PAYMENT_ID = '7d3f9f4e-5f0a-4c07-9d54-0f2b0f9f6a11';
const REFUND_ID = '0b9a6c7e-1d2e-4f3a-8b4c-5d6e7f8a9b0c';
const PAYMENT: StartedPayment = {
  ...{ paymentId: PAYMENT_ID, orderNumber: 'OF-100042', amountMinor: 4_900, currency: 'USD', description: 'Order OF-100042' },
  ...{ reference: ID, captureReference: null, signal: new AbortController().signal },
};
/** The answer to the first start is not known. */
const NEW: StartedPayment = { ...PAYMENT, reference: null };
const REFUND: RefundRequest = { refundId: REFUND_ID, key: 'refund-1', amountMinor: 1_000 };
const gateway = new ScriptedGateway();
let processor: PaymentProcessor;
let close: () => Promise<void>;

beforeAll(async () => {
  await gateway.start();
  const written = { secretKey: 'sk_test_spec', publishableKey: 'pk_test_spec', webhookSecrets: ['whsec_spec'], apiUrl: gateway.url, statementDescriptor: 'COURSES' };
  ({ processor, close } = await processorOf(StripeProcessorModule, written));
});
afterAll(async () => {
  await close();
  await gateway.stop();
});
beforeEach(() => gateway.reset());

const ok = (body: object) => ({ status: 200, body });
const list = (data: readonly object[], has_more = false) => ok({ object: 'list', data, has_more });
const intent = (changes: object = {}) => ({
  ...{ id: ID, object: 'payment_intent', status: 'requires_payment_method', amount: 4_900, amount_received: 0, currency: 'usd', client_secret: `${ID}_secret_x` },
  ...{ created: 1_790_000_000, latest_charge: null, metadata: { payment_id: PAYMENT_ID, order_number: 'OF-100042' }, last_payment_error: null, ...changes },
});
const TAKEN = { status: 'succeeded', amount_received: 4_900, latest_charge: 'ch_1' };
const refund = (changes: object = {}) => ({ id: 're_1', object: 'refund', amount: 1_000, currency: 'usd', status: 'succeeded', metadata: { refund_id: REFUND_ID }, ...changes });
const dispute = (changes: object = {}) => ({ id: 'du_1', object: 'dispute', amount: 4_900, currency: 'usd', status: 'needs_response', ...changes });
const refused = (status: number, code: string | null, message: string, type = 'invalid_request_error') => ({ status, body: { error: { type, message, ...(code && { code }) } } });

function taken(refunds: readonly object[] = [], disputes: readonly object[] = []): void {
  gateway.on(`GET ${INTENT}`, ok(intent(TAKEN))).on('GET /v1/refunds', list(refunds)).on('GET /v1/disputes', list(disputes));
}

async function failureOf(work: Promise<unknown>): Promise<GatewayFailure> {
  const ended = await work.then(() => 'It succeeded.', (reason: unknown) => reason);
  if (ended instanceof GatewayFailure) return ended;
  throw new Error(`No GatewayFailure, but ${String(ended)}`);
}

it('asks for a payment in the words of Stripe', async () => {
  gateway.on(`POST ${INTENTS}`, ok(intent()));
  const { payment, action } = await processor.start(NEW);
  const { headers, body } = gateway.last(`POST ${INTENTS}`);
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    ...{ amount: '4900', currency: 'usd', description: 'Order OF-100042', 'metadata[order_number]': 'OF-100042', 'metadata[payment_id]': PAYMENT_ID },
    ...{ 'automatic_payment_methods[enabled]': 'true', statement_descriptor_suffix: 'COURSES' },
  });
  expect(headers).toMatchObject({ authorization: 'Bearer sk_test_spec', 'idempotency-key': `payment-${PAYMENT_ID}`, 'stripe-version': '2026-10-28.endive' });
  expect(headers['x-stripe-client-telemetry']).toBeUndefined();
  expect(payment).toMatchObject({ reference: ID, status: 'unpaid', amountMinor: 4_900, captureReference: null });
  expect(action).toEqual({ type: 'stripe', clientSecret: `${ID}_secret_x`, publishableKey: 'pk_test_spec' });
});

it('reads the intent back that is known, and makes none: Stripe forgets a key after a day', async () => {
  gateway.on(`GET ${INTENT}`, ok(intent()));
  expect(await processor.start(PAYMENT)).toMatchObject({ payment: { reference: ID, status: 'unpaid' }, action: { clientSecret: `${ID}_secret_x`, publishableKey: 'pk_test_spec' } });
  gateway.on(`GET ${INTENT}`, refused(404, 'resource_missing', 'No such payment_intent'));
  expect(await failureOf(processor.start(PAYMENT))).toMatchObject({ kind: 'rejected', passing: false });
  expect(gateway.asked).toEqual([`GET ${INTENT}`, `GET ${INTENT}`]);
});

it.each([
  ['ISK', 5, 500],
  ['MGA', 4_900, 49],
  ['KWD', 5_120, 5_120],
])('converts %s both ways', async (currency, amountMinor, wire) => {
  gateway.on(`POST ${INTENTS}`, ok(intent({ amount: wire, currency: currency.toLowerCase() })));
  const { payment } = await processor.start({ ...NEW, currency, amountMinor });
  expect(new URLSearchParams(gateway.last(`POST ${INTENTS}`).body).get('amount')).toBe(String(wire));
  expect(payment).toMatchObject({ amountMinor, currency });
});

it.each([
  ['requires_payment_method', 'unpaid'],
  ['requires_action', 'unpaid'],
  ['requires_confirmation', 'approved'],
  ['requires_capture', 'approved'],
  ['processing', 'processing'],
  ['canceled', 'canceled'],
])('reads %s as %s', async (status, expected) => {
  gateway.on(`GET ${INTENT}`, ok(intent({ status })));
  expect(await processor.verify(PAYMENT)).toMatchObject({ status: expected, capturedMinor: 0, refunds: [], disputes: [] });
  expect(gateway.asked).toEqual([`GET ${INTENT}`]);
});

it('reads refunds of several pages, and disputes', async () => {
  taken([], [dispute(), dispute({ id: 'du_2', status: 'won' }), dispute({ id: 'du_3', status: 'lost' }), dispute({ id: 'du_4', status: 'warning_closed' })]);
  gateway.on('GET /v1/refunds', list([refund()], true), list([refund({ id: 're_2', status: 'failed', failure_reason: 'lost_or_stolen_card', metadata: {} }), refund({ id: 're_3', status: 'requires_action', metadata: null })]));
  expect(await processor.verify(PAYMENT)).toMatchObject({
    ...{ status: 'captured', capturedMinor: 4_900, captureReference: 'ch_1', paymentId: PAYMENT_ID, orderNumber: 'OF-100042' },
    refunds: [
      { reference: 're_1', refundId: REFUND_ID, amountMinor: 1_000, status: 'succeeded', detail: null },
      { reference: 're_2', refundId: null, status: 'failed', detail: 'lost_or_stolen_card' },
      { reference: 're_3', refundId: null, status: 'pending' },
    ],
    disputes: [{ status: 'open' }, { status: 'won' }, { status: 'lost' }, { status: 'won' }],
  });
  expect(gateway.calls.find(({ query }) => query.get('starting_after') === 're_1')).toBeDefined();
});

it.each([
  ['a broken amount', { amount: 49.5 }],
  ['an amount below 0', { amount: -1 }],
  ['an amount that no number holds', { amount: 2 ** 60 }],
  ['a tenth of an Icelandic króna', { currency: 'isk', amount: 550 }],
  ['no status', { status: undefined }],
  ['a status that nobody knows', { status: 'melted' }],
  ['another object', { object: 'charge' }],
])('believes no payment with %s', async (_what, changes) => {
  gateway.on(`GET ${INTENT}`, ok(intent(changes)));
  expect(await failureOf(processor.verify(PAYMENT))).toMatchObject({ kind: 'server', passing: true, mayHaveArrived: false });
});

it('believes no refund in another currency, and no list without end', async () => {
  taken([refund({ currency: 'eur' })]);
  expect(await failureOf(processor.verify(PAYMENT))).toMatchObject({ kind: 'server' });
  gateway.on('GET /v1/refunds', list([refund()], true));
  expect((await failureOf(processor.verify(PAYMENT))).detail).toMatch(/more than 1000 entries/);
});

it.each(['confirm', 'capture'] as const)('does what was left to us: %s', async (verb) => {
  taken();
  gateway.on(`GET ${INTENT}`, ok(intent({ status: `requires_${verb === 'confirm' ? 'confirmation' : 'capture'}` })), ok(intent(TAKEN))).on(`POST ${INTENT}/${verb}`, ok(intent(TAKEN)));
  expect(await processor.confirm(PAYMENT)).toMatchObject({ status: 'captured', capturedMinor: 4_900 });
  expect(gateway.changeCount()).toBe(1);
});

it('reads back after a card was declined, and says why in the words of Stripe', async () => {
  const declined = intent({ last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' } });
  gateway.on(`GET ${INTENT}`, ok(intent({ status: 'requires_confirmation' })), ok(declined)).on(`POST ${INTENT}/confirm`, refused(402, 'card_declined', 'Your card has insufficient funds.', 'card_error'));
  expect(await processor.confirm(PAYMENT)).toMatchObject({ status: 'unpaid', declined: 'Your card has insufficient funds.' });
});

it('says that something may have arrived when the reading after it fails', async () => {
  gateway.on(`GET ${INTENT}`, ok(intent({ status: 'requires_confirmation' })), refused(503, null, 'Down.', 'api_error')).on(`POST ${INTENT}/confirm`, ok(intent(TAKEN)));
  expect(await failureOf(processor.confirm(PAYMENT))).toMatchObject({ kind: 'server', mayHaveArrived: true });
});

it('cancels a payment whose reference never came, by starting it again under its own key', async () => {
  gateway.on(`POST ${INTENTS}`, ok(intent())).on(`POST ${INTENT}/cancel`, ok(intent({ status: 'canceled' })));
  expect(await processor.cancel({ ...PAYMENT, reference: null })).toMatchObject({ reference: ID, status: 'canceled' });
  expect(gateway.last(`POST ${INTENTS}`).headers['idempotency-key']).toBe(`payment-${PAYMENT_ID}`);
});

it('returns money in the words of Stripe', async () => {
  gateway.on('GET /v1/refunds', list([])).on('POST /v1/refunds', ok(refund()));
  expect(await processor.refund(PAYMENT, REFUND)).toEqual({ reference: 're_1', refundId: REFUND_ID, amountMinor: 1_000, status: 'succeeded', detail: null });
  const { headers, body } = gateway.last('POST /v1/refunds');
  expect(headers['idempotency-key']).toBe('refund-1');
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ payment_intent: ID, amount: '1000', 'metadata[refund_id]': REFUND_ID });
});

it('returns nothing more once our refund is there, although the key is forgotten, and tries again when it failed', async () => {
  gateway.on('GET /v1/refunds', list([refund({ status: 'pending' })])).on('POST /v1/refunds', ok(refund({ id: 're_2' })));
  expect(await processor.refund(PAYMENT, REFUND)).toMatchObject({ reference: 're_1', status: 'pending' });
  expect(gateway.changeCount()).toBe(0);
  gateway.on('GET /v1/refunds', list([refund({ status: 'failed' })]));
  expect(await processor.refund(PAYMENT, { ...REFUND, key: 'refund-2' })).toMatchObject({ reference: 're_2' });
});

it('finds its refund where Stripe says that all was returned, and fails for ever where it is not ours', async () => {
  const returned = refused(400, 'charge_already_refunded', 'Charge ch_1 has already been refunded.');
  gateway.on('GET /v1/refunds', list([]), list([refund()])).on('POST /v1/refunds', returned);
  expect(await processor.refund(PAYMENT, REFUND)).toMatchObject({ reference: 're_1' });
  gateway.on('GET /v1/refunds', list([refund({ metadata: {} })]));
  expect(await failureOf(processor.refund(PAYMENT, REFUND))).toMatchObject({ kind: 'rejected', passing: false, mayHaveArrived: false, detail: expect.stringContaining('already been refunded') });
});

it.each([
  [400, 'parameter_missing', 'rejected', false, false],
  [402, 'card_declined', 'rejected', false, false],
  [403, null, 'configuration', false, false],
  [404, 'resource_missing', 'rejected', false, false],
  [400, 'rate_limit', 'throttled', true, false],
  [409, 'idempotency_key_in_use', 'server', true, true],
  [424, null, 'server', true, true],
  [500, null, 'server', true, true],
  [302, null, 'configuration', false, false],
])('takes %d %s for %s', async (status, code, kind, passing, mayHaveArrived) => {
  gateway.on(`POST ${INTENTS}`, refused(status, code, 'No.'));
  expect(await failureOf(processor.start(NEW))).toMatchObject({ kind, passing, mayHaveArrived, httpStatus: status });
});

it('takes a key that was used with other parameters for something that arrived', async () => {
  gateway.on(`POST ${INTENTS}`, refused(400, null, 'Keys for idempotent requests can only be used with the same parameters.', 'idempotency_error'));
  expect(await failureOf(processor.start(NEW))).toMatchObject({ kind: 'rejected', passing: false, mayHaveArrived: true });
});

it.each(['{}', 'null', '[]', '""', '7', 'true', '<html>', ''])('takes 200 with %j for no payment', async (body) => {
  gateway.on(`POST ${INTENTS}`, { status: 200, body });
  expect(await failureOf(processor.start(NEW))).toMatchObject({ kind: 'server', passing: true, mayHaveArrived: true });
});

it.each(['{}', 'null', '""', '{"error":"down"}', '<html>'])('takes 503 with %j for what it is', async (body) => {
  gateway.on(`POST ${INTENTS}`, { status: 503, body, headers: { 'Retry-After': '30' } });
  expect(await failureOf(processor.start(NEW))).toMatchObject({ kind: 'server', httpStatus: 503, retryAfterMs: 30_000 });
});

it('lists pages, and only what took money', async () => {
  const charge = { id: 'ch_1', amount_refunded: 1_000 };
  gateway.on(`GET ${INTENTS}`, list([intent({ ...TAKEN, latest_charge: charge })], true), list([intent({ id: 'pi_0' }), intent({ ...TAKEN, id: 'pi_1', latest_charge: { ...charge, amount_refunded: 0 }, metadata: {} })]));
  const listed = [];
  const window = { since: new Date(1_789_999_999_500), until: new Date(1_790_000_000_001), signal: PAYMENT.signal };
  for await (const payment of processor.list(window)) listed.push(payment);
  expect(listed).toMatchObject([
    { reference: ID, captureReference: 'ch_1', paymentId: PAYMENT_ID, capturedMinor: 4_900, refundedMinor: 1_000, at: new Date(1_790_000_000_000) },
    { reference: 'pi_1', paymentId: null, orderNumber: null, refundedMinor: 0 },
  ]);
  const [{ query: first }, { query: second }] = gateway.calls as [typeof gateway.calls[number], typeof gateway.calls[number]];
  expect([first.get('created[gte]'), first.get('created[lt]'), first.get('starting_after')]).toEqual(['1790000000', '1790000001', null]);
  expect(second.get('starting_after')).toBe(ID);
});
