import { runOps } from '../support/ops.js';
import type { RunningProgram } from '../support/processes.js';
import { refundDesk, type RefundBody } from '../support/refund-desk.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

describe('refunds through a gateway', () => {
  let shop: GatewayShop;
  let worker: RunningProgram;
  const { request, decide, read, becomes, order, enrolled } = refundDesk(() => shop);
  beforeAll(async () => {
    shop = await openShop({ gateway: true });
    worker = await shop.startWorker();
  }, 120_000);
  afterEach(() => Promise.all([shop.lms.control.mend(), shop.gateway.control.faults(), shop.gateway.control.configureWebhooks({ mode: 'deliver' })]));
  afterAll(() => shop.close());

  const checkout = (token: string, skus: readonly string[], processor: string) => shop.ask('POST', '/v1/checkout', { token, body: { items: skus.map((sku) => ({ sku, quantity: 1 })), payment: { processor } } });

  /** An order that its learner has paid for, and that is delivered. */
  async function paid(skus: readonly string[] = ['BIO_VERIFIED'], processor = 'stripe') {
    const { username, token } = await shop.learner();
    const { number } = (await checkout(token, skus, processor)).body;
    await shop.gateway.control.pay(number);
    await shop.ask('POST', `/v1/orders/${number}/payment/confirm`, { token });
    await until(`${number} is complete`, async () => (await order(number)).status === 'complete', PATIENT_MS);
    return { number, username, token };
  }

  /** By the answer already, or by the worker, which a webhook may have woken meanwhile. */
  async function done(number: string, verb: 'approve' | 'retry') {
    expect((await decide(number, verb)).status).toBe(200);
    await becomes(number, 'complete');
  }

  const credits = async (number: string) => (await shop.gateway.control.payment(number)).refunds.filter(({ status }) => status !== 'failed').map(({ amountMinor }) => amountMinor);
  const refundedHere = async (number: string) => (await shop.sql<{ refunded: number; reserved: number }>('select refunded_minor::int as refunded, reserved_minor::int as reserved from payment where order_number = $1 and opened_order', [number]))[0];

  it.each(['stripe', 'paypal'])('%s: the money goes back once, then the access', async (processor) => {
    const { number, username } = await paid(['BIO_VERIFIED'], processor);
    const { body } = await request({ orderNumber: number });
    expect([await credits(number), await refundedHere(number)]).toEqual([[], { refunded: 0, reserved: 4_900 }]);
    await done(body.number, 'approve');
    expect(await read(body.number)).toMatchObject({ reference: expect.any(String), failure: null });
    expect([await credits(number), await refundedHere(number), await enrolled(username), (await order(number)).status]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }, [], 'refunded']);
    expect((await request({ orderNumber: number })).body).toMatchObject({ status: 409, code: 'nothing_to_refund' });
    expect((await request({ orderNumber: number, amountMinor: 1 })).body).toMatchObject({ status: 409, code: 'over_refund', detail: expect.stringContaining('Only 0 USD') });
  });

  it('of an order that waits for its payment are refused', async () => {
    const { token } = await shop.learner();
    const { number } = (await checkout(token, ['BIO_VERIFIED'], 'stripe')).body;
    for (const who of [token, shop.staff]) expect((await request({ orderNumber: number }, { token: who })).body).toMatchObject({ status: 409, code: 'order_not_paid' });
  });

  it('that the gateway makes without answering in time are one credit', async () => {
    // A webhook, also of the payment, could be quicker than the end of the waiting.
    await shop.gateway.control.hold();
    const { number, username } = await paid();
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.faults({ kind: 'hang_after', method: 'POST', path: '/v1/refunds', times: 1 });
    const approved = await decide(body.number, 'approve');
    expect([approved.body, await credits(number)]).toEqual([expect.objectContaining({ status: 'approved', failure: expect.objectContaining({ kind: 'timeout' }) }), [4_900]]);
    await becomes(body.number, 'complete');
    expect([await credits(number), await refundedHere(number), await enrolled(username)]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }, []]);
  }, 60_000);

  it.each([
    ['cuts the connection after it made them', { kind: 'reset_after' }],
    ['cuts the connection before it made them', { kind: 'reset_before' }],
    ['makes, and answers 200 with an error', { kind: 'error_body' }],
    ['answers 500', { kind: 'status', status: 500 }],
  ])('of which the gateway %s are one credit, and never done on a doubt', async (_, fault) => {
    await shop.gateway.control.hold();
    const { number } = await paid();
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.faults({ method: 'POST', path: '/v1/refunds', times: 1, ...fault });
    expect((await decide(body.number, 'approve')).status).toBe(200);
    await becomes(body.number, 'complete');
    // The first may have been made by the worker, which is awake.
    expect((await read(body.number)).attemptLog?.find(({ half }) => half === 'money')?.outcome).toMatch(/^(unknown|failed)$/);
    expect([await credits(number), await refundedHere(number)]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }]);
  }, 60_000);

  it('that the gateway refuses wait for an operator, who has them tried again', async () => {
    const { number } = await paid();
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.faults({ kind: 'status', status: 400, method: 'POST', path: '/v1/refunds', times: 1 });
    expect((await decide(body.number, 'approve')).body).toMatchObject({ status: 'money_error', failure: { kind: 'rejected' }, nextAttemptAt: null });
    expect((await order(number)).lines[0]).toMatchObject({ status: 'fulfilled' });
    expect((await shop.ask<{ items: RefundBody[] }>('GET', '/v1/refunds?failed=true', { token: shop.staff })).body.items.map((item) => item.number)).toContain(body.number);
    await done(body.number, 'retry');
    expect(await credits(number)).toEqual([4_900]);
  });

  it.each(['stripe', 'paypal'])('that %s makes, and refuses all the same, are not denied: what was read back counts', async (processor) => {
    await shop.gateway.control.hold();
    const { number, username } = await paid(['BIO_VERIFIED'], processor);
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.faults({ kind: 'status_after', status: 400, method: 'POST', path: processor === 'stripe' ? '/v1/refunds' : '/v2/payments/captures/*/refund', times: 1 });
    await decide(body.number, 'approve');
    await becomes(body.number, 'money_error');
    expect((await decide(body.number, 'deny')).body).toMatchObject({ status: 409, code: 'refund_state', detail: expect.stringContaining('has returned its money after all') });
    await becomes(body.number, 'complete');
    expect([await credits(number), await refundedHere(number), await enrolled(username)]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }, []]);
  }, 60_000);

  it('that failed are decided by what the gateway says, and by nothing where it cannot be asked', async () => {
    const { number } = await paid();
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.faults({ kind: 'status', status: 400, method: 'POST', path: '/v1/refunds', times: 1 });
    await decide(body.number, 'approve');
    await becomes(body.number, 'money_error');
    const accept = await shop.ask('POST', `/v1/refunds/${body.number}/retry`, { token: shop.staff, body: { reason: 'x', acceptReturned: true } });
    expect(accept.body).toMatchObject({ status: 409, code: 'refund_state', detail: expect.stringContaining('there is nothing to accept') });
    const ops = (...argv: string[]) => runOps({ DATABASE_URL: shop.databaseUrl, ...shop.gatewayEnv }, ['refunds', ...argv, body.number, '--reason', 'x']);
    expect((await ops('--accept-returned', '--retry')).err).toContain('there is nothing to accept');
    await shop.gateway.control.faults({ kind: 'status', status: 503, method: 'GET', path: '/v1/**' });
    expect((await decide(body.number, 'deny')).body).toMatchObject({ status: 503, code: 'gateway_unavailable', detail: expect.stringContaining('nothing was decided') });
    expect((await ops('--deny')).err).toContain('could not be asked');
    await shop.gateway.control.faults();
    const denied = await ops('--deny');
    expect([denied.code, denied.err, denied.out]).toEqual([0, '', expect.stringContaining('Denied.')]);
    expect([await credits(number), await refundedHere(number)]).toEqual([[], { refunded: 0, reserved: 0 }]);
  }, 60_000);

  it('that the gateway takes its time for are waited for, and done when it says so', async () => {
    const { number, username } = await paid();
    const { body } = await request({ orderNumber: number });
    await shop.gateway.control.ways({ refunds: 'pending' });
    expect((await decide(body.number, 'approve')).body).toMatchObject({ status: 'approved', failure: null, nextAttemptAt: expect.any(String) });
    await shop.gateway.control.ways({ refunds: 'succeed' });
    expect(await enrolled(username)).toEqual(['verified']);
    await shop.gateway.control.succeedRefund((await shop.gateway.control.payment(number)).refunds[0]?.id ?? '');
    await becomes(body.number, 'complete');
    expect([await credits(number), await refundedHere(number), await enrolled(username)]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }, []]);
  }, 60_000);

  it('that fail at the gateway later count as returned no more', async () => {
    const { number } = await paid();
    const { body } = await request({ orderNumber: number });
    await done(body.number, 'approve');
    await shop.gateway.control.failRefund((await shop.gateway.control.payment(number)).refunds[0]?.id ?? '');
    await becomes(body.number, 'money_error');
    expect(await refundedHere(number)).toEqual({ refunded: 0, reserved: 4_900 });
    await done(body.number, 'retry');
    expect([await credits(number), await refundedHere(number)]).toEqual([[4_900], { refunded: 4_900, reserved: 0 }]);
  }, 60_000);

  it("made in the gateway's console are recorded, and take the access as the processor's rule says", async () => {
    const { number, username } = await paid();
    await shop.gateway.control.refundInConsole(number);
    await until('it is recorded and done', async () => (await order(number)).refunds.some(({ status }) => status === 'complete'), PATIENT_MS);
    const [made] = (await order(number)).refunds;
    expect(await read(made?.number ?? '')).toMatchObject({ origin: 'gateway', amountMinor: 4_900, decidedBy: 'rule:outside-refunds' });
    expect([await enrolled(username), await refundedHere(number), (await order(number)).status]).toEqual([[], { refunded: 4_900, reserved: 0 }, 'refunded']);
  }, 60_000);

  it('with the LMS down: the money is back at the gateway, and the access follows by itself', async () => {
    const { number, username, token } = await paid();
    const { body } = await request({ orderNumber: number }, { token });
    await shop.lms.control.outage();
    expect((await decide(body.number, 'approve')).body).toMatchObject({ status: 'money_returned', moneyAt: expect.any(String), completedAt: null });
    expect([await credits(number), (await read(body.number, token)).status]).toEqual([[4_900], 'money_returned']);
    await shop.lms.control.mend();
    await becomes(body.number, 'complete');
    expect(await enrolled(username)).toEqual([]);
    const again = await checkout(token, ['BIO_VERIFIED'], 'stripe');
    expect([again.status, again.body.status]).toEqual([201, 'pending']);
  }, 60_000);

  it('and money that opened no order are in the figures of a worker, and in what the doctor says', async () => {
    const { number } = await paid();
    await request({ orderNumber: number });
    await shop.sql(`update payment set parked_cause = 'order_expired', parked_action = 'ask' where order_number = $1`, [number]);
    const figures = await (await fetch(`${worker.url}/metrics`)).text();
    expect(figures).toMatch(/^refunds_open\{status="requested",service="[^"]+"\} [1-9]/m);
    expect(figures).toMatch(/^payments_parked\{cause="order_expired",service="[^"]+"\} 1$/m);
    expect(figures).toMatch(/^refunds_bounced_total\{processor="stripe",service="[^"]+"\} 1$/m);
    const { checks } = JSON.parse((await runOps({ DATABASE_URL: shop.databaseUrl, ...shop.gatewayEnv }, ['doctor', '--json', '--timeout', '60'])).out) as { checks: { name: string; verdict: string; fact: string }[] };
    expect(checks.find(({ name }) => name === 'refunds')).toMatchObject({ verdict: 'warn', fact: expect.stringMatching(/[1-9] to be decided; .*1 payments parked, 1 of them for an operator/) });
  }, 60_000);
});
