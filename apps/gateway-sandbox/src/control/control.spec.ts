import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/gateway.fixture.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());
afterEach(() => gateway.command('POST', '/reset'));

const create = (metadata: Record<string, string> = {}) => gateway.stripe.paymentIntents.create({ amount: 4900, currency: 'usd', metadata });

describe('the control API refuses, and says why', () => {
  it.each([
    ['PUT /faults', [{ kind: 'meteor' }], 400, '0.kind'],
    ['POST /faults', { kind: 'status' }, 400, 'status'],
    ['PUT /webhooks', { mode: 'lose' }, 400, 'mode'],
    ['PUT /webhooks', { stripeUrl: 'ftp://shop' }, 400, 'stripeUrl'],
    ['POST /webhooks/release', { order: 'sideways' }, 400, 'order'],
    ['GET /ledger?colour=red', undefined, 400, 'colour'],
    ['PUT /ways', { refunds: 'never' }, 400, 'refunds'],
    ['POST /payments/nobody/pay', {}, 404, 'There is no payment nobody.'],
    ['POST /disputes/nobody/close', { outcome: 'won' }, 404, 'There is no dispute nobody.'],
    ['POST /refunds/nobody/fail', {}, 404, 'There is no refund nobody.'],
    ['POST /webhooks/nobody/send', {}, 404, 'There is no event nobody.'],
    ['POST /moon', {}, 404, 'README.md'],
    ['PUT /faults', '{', 400, 'the body is no JSON'],
  ])('%s %j', async (call, body, expected, sentence) => {
    const [method = '', path = ''] = call.split(' ');
    const { status, json } = await gateway.control(method, path, body);
    expect([status, json['error']]).toEqual([expected, expect.stringContaining(sentence)]);
  });

  it('what cannot be: refunds and disputes of more than there is, steps out of turn', async () => {
    const { id } = await create();
    const refused = async (path: string, body?: unknown) => (await gateway.control('POST', path, body)).status;
    expect([await refused(`/payments/${id}/refund`), await refused(`/payments/${id}/dispute`), await refused(`/payments/${id}/approve`)]).toEqual([409, 409, 409]);
    await gateway.command('POST', `/payments/${id}/pay`);
    expect([await refused(`/payments/${id}/refund`, { amountMinor: 4901 }), await refused(`/payments/${id}/dispute`, { amountMinor: 4901 }), await refused(`/payments/${id}/refund`, { amountMinor: 0 })]).toEqual([409, 409, 400]);
    expect([await refused(`/payments/${id}/pay`), await refused(`/payments/${id}/decline`), await refused(`/payments/${id}/cancel`)]).toEqual([409, 409, 409]);
  });

  it('a web page, whatever it asks: any page that is open could else wipe the state', async () => {
    const response = await fetch(`${gateway.sandbox.controlUrl}/control/reset`, { method: 'POST', headers: { origin: 'http://evil.example' } });
    expect(response.status).toBe(403);
  });
});

it('finds a payment by all of its names, the newest where several fit', async () => {
  const first = await create({ order_number: 'OF-7', payment_id: 'p-7' });
  await gateway.command('POST', '/payments/p-7/pay');
  const second = await create({ order_number: 'OF-7', payment_id: 'p-8' });
  const { captureId } = await gateway.payment(first.id);
  const found = await Promise.all(['p-7', captureId ?? '', 'OF-7'].map((name) => gateway.payment(name)));
  expect(found.map(({ id }) => id)).toEqual([first.id, first.id, second.id]);
});

it('finds a payment by the number of an order at the beginning of a text, and by no other beginning', async () => {
  const { id } = await create({ invoice: 'OF-12-0190a0c0' });
  expect([(await gateway.payment('OF-12')).id, (await gateway.control('GET', '/payments/OF-1')).status]).toEqual([id, 404]);
});

it('shows every call with its key, and no secret', async () => {
  await create();
  await gateway.paypalToken();
  await gateway.stripe.paymentIntents.create({ amount: 100, currency: 'usd' }, { idempotencyKey: 'k-1' });
  const calls = await gateway.calls();
  expect(calls).toMatchObject([
    { gateway: 'stripe', method: 'POST', path: '/v1/payment_intents', status: 200, worked: true, replayed: false },
    { gateway: 'paypal', path: '/v1/oauth2/token', idempotencyKey: null },
    { idempotencyKey: 'k-1', body: { amount: '100', currency: 'usd' } },
  ]);
  expect(JSON.stringify(calls)).not.toMatch(/sk_test|secret-of-the-specs/);
});

it('lets people at the console return money, and a debit take its time', async () => {
  const { id } = await create();
  await gateway.command('POST', `/payments/${id}/process`);
  expect((await gateway.stripe.paymentIntents.retrieve(id)).status).toBe('processing');
  await gateway.command('POST', `/payments/${id}/pay`);
  expect(await gateway.command('POST', `/payments/${id}/refund`, { amountMinor: 100 })).toMatchObject({ origin: 'console', amountMinor: 100, status: 'succeeded' });
  expect(await gateway.payment(id)).toMatchObject({ capturedMinor: 4900, refundedMinor: 100 });
  expect((await gateway.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).latest_charge).toMatchObject({ status: 'succeeded', amount_refunded: 100 });
});
