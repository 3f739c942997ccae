import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../support/api-client.js';
import { bought, payingIn, type PaidOrderBody, type PaymentBody } from '../support/paying.js';
import type { RunningProgram } from '../support/processes.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

let shop: GatewayShop;
let worker: RunningProgram;
beforeAll(async () => {
  shop = await openShop({ gateway: true });
  worker = await shop.startWorker();
}, 120_000);
afterAll(() => shop.close());
beforeEach(async () => {
  await shop.gateway.control.faults();
  await shop.gateway.control.hold();
});

const { endUnasked, enrolled, onlyPayment, paymentsOf, staffPost, waiting } = payingIn(() => shop);

describe('a paid seat', () => {
  it.each(['stripe', 'paypal'])('is bought by %s: ordered, paid, confirmed by the browser, delivered', async (processor) => {
    const { order, post, username, payment } = await waiting(processor);
    expect(order).toMatchObject({ status: 'pending', totalMinor: 4_900, payment: { processor, status: 'pending', declined: null, problem: null }, lines: [{ status: 'open', attempts: 0 }] });
    expect(order.payment.action).toMatchObject(processor === 'stripe' ? { type: 'stripe', publishableKey: 'pk_test_of_the_tests' } : { type: 'redirect' });
    expect((await post('confirm')).body).toMatchObject({ status: 'pending', payment: { action: null, declined: null } });
    await shop.gateway.control.pay(payment.id);
    const { status, body } = await post('confirm');
    expect([status, body.status, body.payment.status, body.lines[0]?.status]).toEqual([200, 'complete', 'settled', 'fulfilled']);
    expect(await enrolled(username)).toBe(1);
    expect(await onlyPayment(order.number)).toMatchObject({ status: 'captured', capturedMinor: 4_900, openedOrder: true, parked: null });
    expect((await shop.gateway.control.payment(payment.id)).capturedMinor).toBe(4_900);
  });

  it.each(['stripe', 'paypal'])('is delivered by the webhook alone, when no browser ever comes back: %s', async (processor) => {
    const { number, payment, username } = await waiting(processor);
    await shop.gateway.control.pay(payment.id);
    await shop.gateway.control.release({ order: 'reversed', repeat: 3, atOnce: true });
    await until('the order is complete', async () => (await shop.order(number)).status === 'complete', PATIENT_MS);
    expect([await enrolled(username), (await paymentsOf(number)).length]).toEqual([1, 1]);
  });

  it('is delivered by the read-back of the scheduler, when nobody says anything', async () => {
    const { number, payment, username } = await waiting();
    await shop.gateway.control.pay(payment.id);
    await shop.sql(`update payment set next_check_at = now() where id = $1`, [payment.id]);
    await until('the order is complete', async () => (await shop.order(number)).status === 'complete', PATIENT_MS);
    expect(await enrolled(username)).toBe(1);
  });

  it('is delivered once, confirmed twenty times at once, with its webhooks in between', async () => {
    const { number, payment, username, post } = await waiting();
    await shop.gateway.control.pay(payment.id);
    const [answers] = await Promise.all([Promise.all(Array.from({ length: 20 }, () => post('confirm'))), shop.gateway.control.release({ repeat: 5, atOnce: true })]);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await until('the order is complete', async () => (await shop.order(number)).status === 'complete', PATIENT_MS);
    expect((await shop.order(number)).history.filter(({ event }) => event === 'pay')).toHaveLength(1);
    expect((await shop.lms.control.ledger({ user: username })).filter(({ effect }) => effect === 'created')).toHaveLength(1);
  });

  it('is not delivered when the card is declined; with another card it is', async () => {
    const { payment, post } = await waiting();
    await shop.gateway.control.decline(payment.id);
    const declined = (await post('confirm')).body;
    expect([declined.status, typeof declined.payment.declined]).toEqual(['pending', 'string']);
    await shop.gateway.control.pay(payment.id);
    expect((await post('confirm')).body.status).toBe('complete');
  });

  it('waits for 3-D Secure, and is delivered when the buyer has passed it', async () => {
    const { payment, post } = await waiting();
    await shop.gateway.control.buyer('require-action', payment.id);
    expect((await post('confirm')).body.status).toBe('pending');
    await shop.gateway.control.buyer('complete-action', payment.id);
    expect((await post('confirm')).body.status).toBe('complete');
  });

  it('may be paid for by staff for somebody else, who sees the order, and what is to be paid, as his', async () => {
    const { username, token } = await shop.learner();
    const { status, body } = await shop.ask<PaidOrderBody>('POST', '/v1/checkout', { token: shop.staff, body: { ...bought('BIO_VERIFIED', 'stripe'), learner: { username } } });
    expect([status, body.payment.action?.type]).toEqual([201, 'stripe']);
    const own = await shop.ask<PaidOrderBody>('POST', `/v1/orders/${body.number}/payment/start`, { token, body: {} });
    expect(own.body.payment.action).toEqual(body.payment.action);
  });
});

describe('the request that orders it', () => {
  it('sent again has the same answer to the byte, and makes one payment', async () => {
    const [{ token }, key] = [await shop.learner(), randomUUID()];
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await shop.ask<PaidOrderBody>('POST', '/v1/checkout', { token, key, body: bought('BIO_VERIFIED', 'stripe') }));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true', 'true']);
    expect(await paymentsOf(String(answers[0]?.body.number))).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['is down', { kind: 'status', status: 503 }],
    ['does not answer', { kind: 'hang_before' }],
    ['has taken it on, and is cut off', { kind: 'reset_after' }],
    ['answers what is no answer', { kind: 'error_body' }],
  ])('is answered when the gateway %s: the order waits, and its payment is started later, the same one', async (_, fault) => {
    await shop.gateway.control.faults({ ...fault, method: 'POST', path: '/v1/payment_intents' } as never);
    const { order, post, number } = await waiting();
    expect(order).toMatchObject({ status: 'pending', payment: { action: null, problem: expect.stringContaining(`POST /v1/orders/${number}/payment/start`) as unknown } });
    const again = await post<ProblemBody>('start', {});
    expect([again.status, again.body.code, Number(again.headers.get('retry-after')) > 0]).toEqual([503, 'gateway_unavailable', true]);
    await shop.gateway.control.faults();
    const started = (await post('start', {})).body;
    expect(started.payment.action?.type).toBe('stripe');
    expect((await shop.gateway.control.payments()).filter(({ metadata }) => metadata['order_number'] === number)).toHaveLength(1);
  });

  it.each<[string, number, object]>([
    ['payment_not_needed', 422, bought('BIO_AUDIT', 'stripe')],
    ['unknown_processor', 422, bought('BIO_VERIFIED', 'card')],
    ['reference_not_taken', 422, { ...bought('BIO_VERIFIED', 'stripe'), payment: { processor: 'stripe', reference: 'pi_1' } }],
    ['payment_required', 422, { items: [{ sku: 'BIO_VERIFIED', quantity: 1 }] }],
  ])('is refused as %s, and nothing is written', async (code, status, body) => {
    const [{ token }, before] = [await shop.learner(), await shop.rowCounts()];
    const answer = await shop.ask<ProblemBody>('POST', '/v1/checkout', { token, body });
    expect([answer.status, answer.body.code, await shop.rowCounts()]).toEqual([status, code, before]);
  });

  it('is refused while another order of the same waits for its money, which it names', async () => {
    const { token, number, post } = await waiting();
    const again = await shop.ask<ProblemBody>('POST', '/v1/checkout', { token, body: bought('BIO_VERIFIED', 'paypal') });
    expect([again.status, again.body.code, again.body.detail.includes(number)]).toEqual([409, 'order_waits_for_payment', true]);
    await post('cancel', {});
    expect((await shop.ask('POST', '/v1/checkout', { token, body: bought('BIO_VERIFIED', 'paypal') })).status).toBe(201);
  });
});

describe('what the buyer pays with', () => {
  it('is in the answers that start a payment, and nowhere else: in no list, no detail, no log', async () => {
    const { order, number, token, payment } = await waiting();
    const secret = String(order.payment.action?.clientSecret);
    expect(secret.length).toBeGreaterThan(20);
    const asStaff = await shop.ask('POST', `/v1/orders/${number}/payment/start`, { token: shop.staff, body: {} });
    const others = await Promise.all([['/v1/orders', token], [`/v1/orders/${number}`, token], ['/v1/orders', shop.staff], [`/v1/orders/${number}`, shop.staff], [`/v1/payments/${payment.id}`, shop.staff]].map(([path, reader]) => shop.ask('GET', String(path), { token: String(reader) })));
    for (const { status, text } of [asStaff, ...others]) expect([status, text.includes(secret)]).toEqual([200, false]);
    expect(shop.api.output() + worker.output()).not.toContain(secret);
  });
});

describe('an order that is not paid for', () => {
  it('is none that operators deliver, take back, correct or decide about', async () => {
    const { number, order, look } = await waiting();
    const line = `/v1/orders/${number}/lines/${String(order.lines[0]?.id)}`;
    const requests: [string, object][] = [
      [`/v1/orders/${number}/resubmit`, { reason: 'r' }],
      [`/v1/orders/${number}/resubmit`, { reason: 'r', learner: { username: 'somebody' } }],
      [`/v1/orders/${number}/cancel`, { reason: 'r' }],
      [`/v1/orders/${number}/revoke`, { reason: 'r' }],
      [`${line}/give-up`, { reason: 'r', force: true }],
      [`${line}/done-elsewhere`, { reason: 'r', force: true }],
    ];
    for (const [path, body] of requests) expect((await staffPost<ProblemBody>(path, body)).body.code).toBe('order_not_paid');
    expect((await look()).status).toBe('pending');
  });

  it('keeps what an operator holds of it when it is paid for', async () => {
    const { number, order, payment, post } = await waiting();
    const line = `/v1/orders/${number}/lines/${String(order.lines[0]?.id)}`;
    expect((await staffPost(`${line}/hold`, { reason: 'r' })).status).toBe(200);
    await shop.gateway.control.pay(payment.id);
    expect((await post('confirm')).body).toMatchObject({ status: 'open', lines: [{ status: 'open' }] });
    await staffPost(`${line}/release`, { reason: 'r' });
    await until('the order is complete', async () => (await shop.order(number)).status === 'complete', PATIENT_MS);
  });

  it('is given up by its learner, or by staff, and not when it is paid for', async () => {
    const [one, other, paid] = [await waiting(), await waiting(), await waiting()];
    expect((await one.post('cancel', { reason: 'changed my mind' })).body.status).toBe('expired');
    expect((await other.post('cancel', {}, { token: shop.staff })).body.status).toBe('expired');
    expect((await shop.gateway.control.payment(one.payment.id)).status).toBe('canceled');
    await shop.gateway.control.pay(paid.payment.id);
    const refused = await paid.post<ProblemBody>('cancel', {});
    expect([refused.status, refused.body.code]).toEqual([409, 'order_paid']);
    expect((await paid.look()).status).toBe('complete');
  });

  it('expires when its time is over, and cannot be paid for then', async () => {
    const { number, payment, post, username } = await waiting();
    await shop.sql(`update orders set expires_at = now(), expiry_check_at = now() where number = $1`, [number]);
    await until('the order has expired', async () => (await shop.order(number)).status === 'expired', PATIENT_MS);
    for (const verb of ['start', 'confirm']) expect((await post<ProblemBody>(verb, verb === 'start' ? {} : undefined)).body.code).toBe('order_not_payable');
    await expect(shop.gateway.control.pay(payment.id)).rejects.toThrow();
    expect(await enrolled(username)).toBe(0);
  });

  it('of another learner is not there', async () => {
    const [{ number }, { token }] = [await waiting(), await shop.learner()];
    for (const verb of ['start', 'confirm', 'cancel']) expect((await shop.ask('POST', `/v1/orders/${number}/payment/${verb}`, { token, ...(verb === 'confirm' ? {} : { body: {} }) })).status).toBe(404);
    expect((await shop.ask('POST', `/v1/orders/${number}/payment/settle`, { token, body: { reference: 'x', reason: 'x' } })).status).toBe(403);
  });
});

describe('paying another way', () => {
  it('calls off what could have been paid before, and opens the order once', async () => {
    const { number, payment, post, username } = await waiting('stripe');
    const { body } = await post('start', { processor: 'paypal' });
    expect(body).toMatchObject({ status: 'pending', payment: { processor: 'paypal', action: { type: 'redirect' } } });
    await expect(shop.gateway.control.pay(payment.id)).rejects.toThrow();
    const [second] = await paymentsOf(number);
    await shop.gateway.control.pay(String(second?.id));
    expect((await post('confirm')).body).toMatchObject({ status: 'complete', payment: { processor: 'paypal', status: 'settled' } });
    expect((await paymentsOf(number)).map(({ processor, status }) => [processor, status])).toEqual([['paypal', 'captured'], ['stripe', 'failed']]);
    expect(await enrolled(username)).toBe(1);
  });

  it('is not needed where the first was just paid', async () => {
    const { payment, post } = await waiting('stripe');
    await shop.gateway.control.pay(payment.id);
    expect((await post('start', { processor: 'paypal' })).body).toMatchObject({ status: 'complete', payment: { processor: 'stripe' } });
  });

  it('ten times at once, at two replicas, leaves one payment that can be made', async () => {
    const { number, token } = await waiting('stripe');
    const replica = await shop.startApi();
    const start = (url: string, processor: string) => fetch(`${url}/v1/orders/${number}/payment/start`, { method: 'POST', headers: { authorization: `JWT ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ processor }) });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => start(index % 2 === 0 ? shop.api.url : replica.url, index % 3 === 0 ? 'stripe' : 'paypal')));
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect((await paymentsOf(number)).filter(({ status }) => status === 'created' || status === 'started')).toHaveLength(1);
    await replica.stop();
  });
});

describe('what changed since it was ordered', () => {
  afterEach(() => shop.sql(`update sku set price_minor = 9900, available_until = null where sku = 'CHEM_VERIFIED'`));

  it.each([
    ['price_changed', 409, `update sku set price_minor = 12900 where sku = 'CHEM_VERIFIED'`],
    ['no_longer_sold', 422, `update sku set available_until = now() where sku = 'CHEM_VERIFIED'`],
  ])('ends the order: %s', async (code, status, change) => {
    const { post, look, payment } = await waiting('paypal', 'CHEM_VERIFIED');
    await shop.sql(change);
    await shop.gateway.control.pay(payment.id);
    const refused = await post<ProblemBody>('confirm');
    expect([refused.status, refused.body.code, (await look()).status]).toEqual([status, code, 'expired']);
    expect((await shop.gateway.control.payment(payment.id)).capturedMinor).toBe(0);
  });

  it('ends the order also when it is the webhook that tells of a buyer who has agreed: nothing is taken', async () => {
    const { number, payment } = await waiting('paypal', 'CHEM_VERIFIED');
    await shop.sql(`update sku set price_minor = 13900, available_until = null where sku = 'CHEM_VERIFIED'`);
    await shop.gateway.control.pay(payment.id);
    await shop.gateway.control.release();
    await until('the order has ended', async () => (await shop.order(number)).status === 'expired', PATIENT_MS);
    expect((await shop.gateway.control.payment(payment.id)).capturedMinor).toBe(0);
  });
});

describe('money that opens no order', () => {
  it('goes back by itself when it comes too late, where the rule says so', async () => {
    const { number, payment, username } = await waiting('stripe');
    await endUnasked(number);
    await shop.gateway.control.pay(payment.id);
    await shop.gateway.control.release();
    await until('the money is back', async () => (await onlyPayment(number)).refundedMinor === 4_900, PATIENT_MS);
    expect(await onlyPayment(number)).toMatchObject({ openedOrder: false, parked: { cause: 'order_expired', action: 'done' } });
    const atGateway = await shop.gateway.control.payment(payment.id);
    expect([atGateway.capturedMinor, atGateway.refundedMinor, atGateway.refunds.length, await enrolled(username)]).toEqual([4_900, 4_900, 1, 0]);
  });

  it('waits for an operator where the rule says that: who opens the order with it', async () => {
    const { number, payment, username } = await waiting('stripe-eu');
    await endUnasked(number);
    await shop.gateway.control.pay(payment.id);
    expect((await staffPost(`/v1/payments/${payment.id}/check`)).body.parked).toEqual({ cause: 'order_expired', action: 'ask' });
    const listed = (await shop.ask<{ items: PaymentBody[] }>('GET', '/v1/payments?parked=ask', { token: shop.staff })).body.items;
    expect(listed.map(({ id }) => id)).toContain(payment.id);
    const accepted = await staffPost(`/v1/payments/${payment.id}/accept`, { reason: 'he had paid in time' });
    expect([accepted.status, accepted.body.openedOrder, (await shop.order(number)).status, await enrolled(username)]).toEqual([200, true, 'complete', 1]);
    expect((await staffPost<ProblemBody>(`/v1/payments/${payment.id}/accept`, { reason: 'again' })).body.code).toBe('payment_not_parked');
  });

  it('or who returns it', async () => {
    const { number, payment, username } = await waiting('stripe-eu');
    await endUnasked(number);
    await shop.gateway.control.pay(payment.id);
    await staffPost(`/v1/payments/${payment.id}/check`);
    expect((await staffPost(`/v1/payments/${payment.id}/return`, { reason: 'nobody knows him' })).status).toBe(200);
    await until('the money is back', async () => (await onlyPayment(number)).refundedMinor === 4_900, PATIENT_MS);
    expect([(await shop.gateway.control.payment(payment.id)).refundedMinor, await enrolled(username)]).toEqual([4_900, 0]);
    for (const verb of ['return', 'accept']) expect((await staffPost<ProblemBody>(`/v1/payments/${payment.id}/${verb}`, { reason: 'again' })).body.code).toBe('payment_not_parked');
  });

  it('waits for an operator when it is another sum than was ordered; nothing else is begun meanwhile', async () => {
    const { number, payment, post, username } = await waiting('stripe');
    await shop.sql(`update payment set amount_minor = 5000 where id = $1`, [payment.id]);
    await shop.gateway.control.pay(payment.id);
    expect((await post('confirm')).body).toMatchObject({ status: 'pending', payment: { problem: expect.stringMatching(/our staff/) as unknown } });
    expect((await onlyPayment(number)).parked).toEqual({ cause: 'amount_differs', action: 'ask' });
    expect((await post<ProblemBody>('start', { processor: 'paypal' })).body.code).toBe('order_not_payable');
    expect([await enrolled(username), (await shop.gateway.control.payment(payment.id)).refundedMinor]).toEqual([0, 0]);
  });
});
