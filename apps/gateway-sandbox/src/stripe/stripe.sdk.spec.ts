import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { SECRET_KEY, TestGateway, TestShop, WEBHOOK_SECRET } from '../testing/gateway.fixture.js';

let shop: TestShop;
let gateway: TestGateway;
let stripe: Stripe;
beforeAll(async () => {
  shop = await TestShop.open();
  gateway = await TestGateway.start({ shopUrl: shop.url });
  ({ stripe } = gateway);
});
afterAll(async () => {
  await gateway.stop();
  await shop.close();
});
afterEach(async () => {
  await gateway.command('POST', '/reset');
  shop.received.length = 0;
  shop.status = 200;
});

const WISH = { amount: 4900, currency: 'usd', metadata: { order_number: 'OF-1', payment_id: 'p-1' }, automatic_payment_methods: { enabled: true } } as const;

async function paid(): Promise<Stripe.PaymentIntent> {
  const { id } = await stripe.paymentIntents.create(WISH);
  await gateway.command('POST', `/payments/${id}/pay`);
  return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.refunds'] });
}

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error('it was not refused');
  return { status: error.statusCode, type: error.rawType, code: error.code, param: error.param };
};

describe('a payment intent', () => {
  it('is created, paid by its buyer, and read with its charge', async () => {
    const created = await stripe.paymentIntents.create(WISH);
    expect(created).toMatchObject({ object: 'payment_intent', status: 'requires_payment_method', amount: 4900, currency: 'usd', amount_received: 0, metadata: { order_number: 'OF-1', payment_id: 'p-1' }, latest_charge: null });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));
    await gateway.command('POST', '/payments/OF-1/pay');
    const read = await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] });
    expect(read).toMatchObject({ status: 'succeeded', amount_received: 4900, latest_charge: { object: 'charge', paid: true, amount_captured: 4900, amount_refunded: 0, payment_intent: created.id } });
    const charge = read.latest_charge as Stripe.Charge;
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ id: charge.id, status: 'succeeded' });
  });

  it('is created once for an idempotency key, and not for other parameters', async () => {
    const first = await stripe.paymentIntents.create(WISH, { idempotencyKey: 'key-1' });
    const second = await stripe.paymentIntents.create(WISH, { idempotencyKey: 'key-1' });
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await refusal(stripe.paymentIntents.create({ ...WISH, amount: 5000 }, { idempotencyKey: 'key-1' }))).toEqual({ status: 400, type: 'idempotency_error', code: undefined, param: undefined });
    expect(await refusal(stripe.refunds.create({ payment_intent: first.id }, { idempotencyKey: 'key-1' }))).toMatchObject({ status: 400, type: 'idempotency_error' });
    expect((await gateway.command<{ payments: unknown[] }>('GET', '/ledger')).payments).toHaveLength(1);
  });

  it('is refused with 409 while its key is worked on', async () => {
    const busy = await TestGateway.start();
    await busy.break({ kind: 'latency', ms: 3_600_000, method: 'POST', times: 1 });
    const slow = busy.stripe.paymentIntents.create(WISH, { idempotencyKey: 'key-2' }).then(() => 'answered', () => 'cut');
    while ((await busy.calls()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await refusal(busy.stripe.paymentIntents.create(WISH, { idempotencyKey: 'key-2' }))).toMatchObject({ status: 409, code: 'idempotency_key_in_use' });
    await busy.stop();
    expect(await slow).toBe('cut');
  });

  it('is confirmed with test cards: taken, declined, sent to 3-D Secure', async () => {
    const { id } = await stripe.paymentIntents.create(WISH);
    expect(await refusal(stripe.paymentIntents.confirm(id))).toMatchObject({ status: 400, code: 'payment_intent_unexpected_state' });
    expect(await refusal(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }))).toMatchObject({ status: 402, type: 'card_error', code: 'card_declined' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: 'card_declined', decline_code: 'generic_decline' } });
    expect((await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_authenticationRequired' })).status).toBe('requires_action');
    expect((await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
    expect(await refusal(stripe.paymentIntents.confirm(id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('is canceled, unless it was paid', async () => {
    const { id } = await stripe.paymentIntents.create(WISH);
    expect(await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(await refusal(stripe.paymentIntents.cancel(id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await refusal(stripe.paymentIntents.cancel((await paid()).id))).toMatchObject({ status: 400, code: 'payment_intent_unexpected_state' });
    expect((await gateway.control('POST', `/payments/${id}/pay`)).status).toBe(409);
  });

  it.each([
    [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    [{ amount: 100_000_000, currency: 'usd' }, 'amount_too_large', 'amount'],
    [{ amount: 1.5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 5123, currency: 'kwd' }, 'invalid_charge_amount', 'amount'],
    [{ amount: 550, currency: 'isk' }, 'invalid_charge_amount', 'amount'],
    [{ currency: 'usd' }, 'parameter_missing', 'amount'],
    [{ amount: 500 }, 'parameter_missing', 'currency'],
    [{ amount: 500, currency: 'usd', colour: 'red' }, 'parameter_unknown', 'colour'],
  ])('of %j is refused', async (wish, code, param) => {
    expect(await refusal(stripe.paymentIntents.create(wish as Stripe.PaymentIntentCreateParams))).toEqual({ status: 400, type: 'invalid_request_error', code, param });
  });

  it.each([['jpy', 4900, 'JPY', 4900], ['kwd', 5120, 'KWD', 5120], ['isk', 500, 'ISK', 5], ['mga', 49, 'MGA', 4900]])('of %s %d is %s %d by ISO 4217', async (currency, amount, code, amountMinor) => {
    const { id } = await stripe.paymentIntents.create({ amount, currency });
    expect(await gateway.payment(id)).toMatchObject({ currency: code, amountMinor });
    expect((await stripe.paymentIntents.retrieve(id)).amount).toBe(amount);
  });
});

describe('a list', () => {
  it('is walked page by page, the newest first, and only as far as it was asked', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await stripe.paymentIntents.create(WISH)).id);
    const walked: string[] = [];
    for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) walked.push(id);
    expect(walked).toEqual(made);
    const page = await stripe.paymentIntents.list({ limit: 2, starting_after: made[1] ?? '' });
    expect([page.data.map(({ id }) => id), page.has_more]).toEqual([made.slice(2, 4), true]);
    expect((await stripe.paymentIntents.list({ ending_before: made[2] ?? '' })).data.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const now = Math.floor(Date.now() / 1000);
    expect((await stripe.paymentIntents.list({ created: { gte: now - 60, lt: now + 60 } })).data).toHaveLength(5);
    expect((await stripe.paymentIntents.list({ created: { lt: now - 60 } })).data).toEqual([]);
  });

  it('shows the charges where it is asked to', async () => {
    const { id } = await paid();
    const [listed] = (await stripe.paymentIntents.list({ expand: ['data.latest_charge'] })).data;
    expect(listed).toMatchObject({ id, latest_charge: { object: 'charge', paid: true } });
    expect(await refusal(stripe.paymentIntents.list({ expand: ['data.colour'] }))).toMatchObject({ status: 400, param: 'expand' });
  });
});

describe('a refund', () => {
  it('returns a part, then the rest, and no more', async () => {
    const { id, latest_charge } = await paid();
    const part = await stripe.refunds.create({ payment_intent: id, amount: 900, reason: 'requested_by_customer', metadata: { refund_id: 'r-1' } }, { idempotencyKey: 'refund-1' });
    expect(part).toMatchObject({ object: 'refund', status: 'succeeded', amount: 900, payment_intent: id, metadata: { refund_id: 'r-1' } });
    expect((await stripe.refunds.create({ payment_intent: id, amount: 900, reason: 'requested_by_customer', metadata: { refund_id: 'r-1' } }, { idempotencyKey: 'refund-1' })).id).toBe(part.id);
    expect(await refusal(stripe.refunds.create({ payment_intent: id, amount: 4001 }))).toEqual({ status: 400, type: 'invalid_request_error', code: undefined, param: 'amount' });
    const rest = await stripe.refunds.create({ charge: (latest_charge as Stripe.Charge).id });
    expect(rest.amount).toBe(4000);
    expect(await refusal(stripe.refunds.create({ payment_intent: id, amount: 1 }))).toMatchObject({ status: 400, code: 'charge_already_refunded' });
    expect((await stripe.refunds.list({ payment_intent: id })).data.map((refund) => refund.id)).toEqual([rest.id, part.id]);
    expect(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.refunds'] })).toMatchObject({ status: 'succeeded', latest_charge: { refunded: true, amount_refunded: 4900, refunds: { data: [{ id: rest.id }, { id: part.id }] } } });
    expect(await gateway.payment(id)).toMatchObject({ capturedMinor: 4900, refundedMinor: 4900, pendingMinor: 0 });
  });

  it('of nothing, of too little and of nobody is refused', async () => {
    const { id } = await stripe.paymentIntents.create(WISH);
    expect(await refusal(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ status: 400, param: 'payment_intent' });
    expect(await refusal(stripe.refunds.create({ payment_intent: (await paid()).id, amount: 0 }))).toMatchObject({ status: 400, param: 'amount' });
    expect(await refusal(stripe.refunds.create({ payment_intent: 'pi_nobody' }))).toMatchObject({ status: 404, code: 'resource_missing' });
  });

  it('may be pending, and fail later: then the money can go back again', async () => {
    const { id } = await paid();
    await gateway.command('PUT', '/ways', { refunds: 'pending' });
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect([refund.status, (await gateway.payment(id)).pendingMinor]).toEqual(['pending', 4900]);
    await gateway.command('POST', `/refunds/${refund.id}/fail`);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect((await gateway.payment(id)).refundedMinor).toBe(0);
    expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(4900);
  });
});

describe('a dispute', () => {
  it('takes the money, keeps it from being returned, and gives it back when it is won', async () => {
    const { id } = await paid();
    const dispute = await gateway.command<{ id: string }>('POST', `/payments/${id}/dispute`, { amountMinor: 1000 });
    expect((await stripe.disputes.list({ payment_intent: id })).data).toMatchObject([{ id: dispute.id, amount: 1000, status: 'needs_response' }]);
    expect(await refusal(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ status: 400, code: 'charge_disputed' });
    expect((await gateway.payment(id)).disputedMinor).toBe(1000);
    await gateway.command('POST', `/disputes/${dispute.id}/close`, { outcome: 'won' });
    expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('won');
    expect([(await gateway.payment(id)).disputedMinor, (await stripe.refunds.create({ payment_intent: id })).amount]).toEqual([0, 4900]);
  });
});

describe('a webhook', () => {
  it('is signed as Stripe does, and names the object and the key of the call', async () => {
    const { id } = await stripe.paymentIntents.create(WISH, { idempotencyKey: 'key-9' });
    const [received] = await shop.got(1);
    const event = stripe.webhooks.constructEvent(received?.body ?? '', received?.headers['stripe-signature'] ?? '', WEBHOOK_SECRET);
    expect(event).toMatchObject({ object: 'event', type: 'payment_intent.created', data: { object: { id, metadata: { order_number: 'OF-1' } } }, request: { idempotency_key: 'key-9' } });
    expect(() => stripe.webhooks.constructEvent(`${received?.body} `, received?.headers['stripe-signature'] ?? '', WEBHOOK_SECRET)).toThrow('No signatures found');
  });

  it('is signed by both secrets while they are rolled', async () => {
    await gateway.command('PUT', '/webhooks', { stripeSecrets: ['whsec_new', WEBHOOK_SECRET] });
    await stripe.paymentIntents.create(WISH);
    const [received] = await shop.got(1);
    for (const secret of ['whsec_new', WEBHOOK_SECRET]) expect(stripe.webhooks.constructEvent(received?.body ?? '', received?.headers['stripe-signature'] ?? '', secret).type).toBe('payment_intent.created');
    await gateway.command('PUT', '/webhooks', { stripeSecrets: [WEBHOOK_SECRET] });
  });

  it('tells of everything that happens to the money', async () => {
    await gateway.command('PUT', '/webhooks', { mode: 'hold' });
    const { id } = await paid();
    await stripe.refunds.create({ payment_intent: id, amount: 100 });
    const dispute = await gateway.command<{ id: string }>('POST', `/payments/${id}/dispute`);
    await gateway.command('POST', `/disputes/${dispute.id}/close`, { outcome: 'lost' });
    expect((await gateway.events()).map(({ type }) => type)).toEqual([
      'payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'refund.created', 'charge.refunded',
      'charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.closed',
    ]);
  });
});

it('lets nobody in without its key, by either way of giving it', async () => {
  expect(await refusal(new Stripe('sk_wrong', { host: '127.0.0.1', port: new URL(gateway.sandbox.gatewayUrl).port, protocol: 'http', maxNetworkRetries: 0 }).paymentIntents.list())).toMatchObject({ status: 401 });
  const basic = { authorization: `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}` };
  expect([(await gateway.ask('/v1/refunds')).status, (await gateway.ask('/v1/refunds', { headers: basic })).status, (await gateway.ask('/v1/moon', { headers: basic })).status]).toEqual([401, 200, 404]);
});
