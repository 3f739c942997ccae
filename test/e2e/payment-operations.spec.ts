import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../support/api-client.js';
import { payingIn, type PaidOrderBody, type PaymentBody } from '../support/paying.js';
import { openShop, sale, type GatewayShop } from '../support/shop.js';

let shop: GatewayShop;
beforeAll(async () => {
  shop = await openShop({ gateway: true });
  await shop.startWorker();
}, 120_000);
afterAll(() => shop.close());
beforeEach(async () => {
  await shop.gateway.control.faults();
  await shop.gateway.control.hold();
});

const { endUnasked, onlyPayment, paymentsOf, staffPost, waiting } = payingIn(() => shop);

describe('an invoice', () => {
  it('is owed until staff mark it paid, once', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.ask('POST', '/v1/checkout', { token: shop.staff, body: sale(username, ['BIO_VERIFIED']) })).body;
    const owed = async () => (await shop.ask<{ items: { orderNumber: string }[] }>('GET', '/v1/payments?owed=true&limit=100', { token: shop.staff })).body.items.map(({ orderNumber }) => orderNumber);
    expect(await owed()).toContain(number);
    const body = { reference: 'TR-2026-77', reason: 'the bank says so' };
    const settled = await staffPost<PaidOrderBody>(`/v1/orders/${number}/payment/settle`, body);
    expect([settled.status, settled.body.history.at(-1)]).toMatchObject([200, { event: 'settleInvoice', actor: 'staff', reason: body.reason, change: { reference: { to: body.reference } } }]);
    expect((await staffPost<ProblemBody>(`/v1/orders/${number}/payment/settle`, body)).body.code).toBe('invoice_settled');
    expect(await owed()).not.toContain(number);
    expect((await staffPost<ProblemBody>(`/v1/payments/${(await onlyPayment(number)).id}/check`)).body.code).toBe('payment_not_at_gateway');
  });

  it('is none of a free order, which has no payment at all', async () => {
    const { token } = await shop.learner();
    const { number } = (await shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku: 'BIO_AUDIT', quantity: 1 }] } })).body;
    expect(await paymentsOf(number)).toEqual([]);
    expect((await staffPost<ProblemBody>(`/v1/orders/${number}/payment/settle`, { reference: 'x', reason: 'x' })).body.code).toBe('nothing_owed');
  });
});

describe('payments', () => {
  it('are started, and given up, by a request without a body', async () => {
    const { post } = await waiting();
    const [started, ended] = [await post('start'), await post('cancel')];
    expect([started.status, started.body.payment.action?.type, ended.status, ended.body.status]).toEqual([200, 'stripe', 200, 'expired']);
  });

  it('are answered, when they are read back, with the refunds that were just found', async () => {
    const { payment, post } = await waiting('stripe');
    await shop.gateway.control.pay(payment.id);
    await post('confirm');
    await shop.gateway.control.refundInConsole(payment.id, 1_000);
    expect((await staffPost(`/v1/payments/${payment.id}/check`)).body.refundedMinor).toBe(1_000);
  });

  it('whose money is to be returned are read back first, and are refused while that cannot be, or where nothing was taken', async () => {
    const { number, payment } = await waiting('stripe-eu');
    await endUnasked(number);
    await shop.gateway.control.pay(payment.id);
    await staffPost(`/v1/payments/${payment.id}/check`);
    await shop.gateway.control.faults({ kind: 'status', status: 503 });
    const away = await staffPost<ProblemBody>(`/v1/payments/${payment.id}/return`, { reason: 'r' });
    await shop.gateway.control.faults();
    expect([away.status, away.body.code, (await onlyPayment(number)).parked?.action]).toEqual([503, 'gateway_unavailable', 'ask']);
    await shop.sql(`update payment set captured_minor = 0 where id = $1`, [payment.id]);
    const nothing = await staffPost<ProblemBody>(`/v1/payments/${payment.id}/return`, { reason: 'r' });
    expect([nothing.status, nothing.body.code, (await onlyPayment(number)).parked?.action]).toEqual([409, 'payment_not_parked', 'ask']);
    expect(nothing.body.detail).toMatch(/took nothing/);
  });

  it('are for staff, by page and filter', async () => {
    for (let count = 0; count < 3; count += 1) await waiting();
    const { token, number, payment } = await waiting();
    for (const path of ['/v1/payments', `/v1/payments/${payment.id}`]) expect((await shop.ask('GET', path, { token })).status).toBe(403);
    const first = (await shop.ask<{ items: PaymentBody[]; nextCursor: string }>('GET', '/v1/payments?processor=stripe&limit=2', { token: shop.staff })).body;
    const second = (await shop.ask<{ items: PaymentBody[] }>('GET', `/v1/payments?processor=stripe&limit=2&cursor=${first.nextCursor}`, { token: shop.staff })).body;
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
    expect(first.items[0]).toMatchObject({ id: payment.id, orderNumber: number, status: 'started' });
    const unknown = await shop.ask<ProblemBody>('GET', `/v1/payments/${randomUUID()}`, { token: shop.staff });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'payment_not_found']);
  });

  it.each(['?owed=false', '?parked=x', '?status=x', '?colour=red', '?cursor=x', '?orderNumber=a%20b', '?processor=%00'])('are not listed by %s', async (query) => {
    expect((await shop.ask('GET', `/v1/payments${query}`, { token: shop.staff })).status).toBe(400);
  });

  it.each([[''], ['[]'], ['{"processor":7}'], ['{"procesor":"stripe"}'], ['{"processor":"a\\u0000b"}'], [`{"processor":"${'x'.repeat(65)}"}`]])('are not started by the body %j', async (body) => {
    const { post } = await waiting();
    expect((await post('start', body, { headers: { 'content-type': 'application/json' } })).status).toBe(400);
  });
});
