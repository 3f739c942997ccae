import { randomUUID } from 'node:crypto';
import { openShop, sale, type Shop } from '../support/shop.js';
import { tokenOf, type ProblemBody } from '../support/api-client.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

const free = (sku: string) => ({ items: [{ sku, quantity: 1 }] });
const posts = async (user: string) => (await shop.lms.control.ledger({ user, method: 'POST' })).length;
const enrolled = async (user: string) => (await shop.lms.control.enrollments({ user })).filter(({ isActive }) => isActive).map(({ courseId, mode }) => `${courseId} ${mode}`);

describe('a learner', () => {
  it('buys a free seat and is enrolled when he has his answer', async () => {
    const { username, token } = await shop.learner();
    const answer = await shop.ask('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/orders/${answer.body.number}`);
    expect(answer.body).toEqual({
      number: expect.stringMatching(/^OF-\d{6,}$/),
      status: 'complete',
      currency: 'USD',
      totalMinor: 0,
      placedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      learner: { username, email: `${username}@example.com` },
      payment: { processor: 'free', reference: null, status: 'settled', expiresAt: null },
      lines: [
        {
          id: expect.any(String),
          sku: 'BIO_AUDIT',
          productType: 'seat',
          title: 'The product of BIO_AUDIT',
          quantity: 1,
          unitPriceMinor: 0,
          status: 'fulfilled',
          attempts: 1,
          failure: null,
          nextAttemptAt: null,
          receipt: expect.any(String),
          acceptedUntil: null,
        },
      ],
    });
    expect(await enrolled(username)).toEqual(['course-v1:AcmeX+BIO1+2026 audit']);
    expect(await posts(username)).toBe(1);
  });

  it('is enrolled with the attributes by which the LMS finds the order again, and with his own address', async () => {
    const { username, token } = await shop.learner();
    const { body: order } = await shop.ask('POST', '/v1/checkout', { token, body: { ...free('FREE_VERIFIED'), emailOptIn: true } });
    const [call] = await shop.lms.control.ledger({ user: username, method: 'POST' });
    const [enrollment] = await shop.lms.control.enrollments({ user: username });
    const attributes = Object.fromEntries((enrollment?.attributes ?? []).map(({ namespace, name, value }) => [`${namespace}:${name}`, value]));
    const [{ id } = { id: '' }] = await shop.sql<{ id: string; email_opt_in: boolean }>('select id, email_opt_in from orders where number = $1 and email_opt_in', [order.number]);
    expect(attributes).toEqual({
      'order:order_number': order.number,
      'order:date_placed': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'order:order_id': id,
      'order:line_item_id': order.lines[0]?.id,
      'order:source_system': 'order-fulfillment',
    });
    expect(call?.forwardedFor).toBe('127.0.0.1');
    expect(JSON.stringify(call?.body)).not.toContain('email_opt_in');
  });

  it('has his address forgotten once the line has ended', async () => {
    const { token } = await shop.learner();
    const { body: order } = await shop.ask('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') });
    expect(await shop.sql('select learner_address from order_line l join orders o on o.id = l.order_id where o.number = $1', [order.number])).toEqual([{ learner_address: null }]);
  });

  it('sees his own orders, newest first, and none of others', async () => {
    const [mine, other] = [await shop.learner(), await shop.learner()];
    const numbers = [];
    for (const sku of ['BIO_AUDIT', 'CHEM_AUDIT', 'FREE_VERIFIED']) numbers.unshift((await shop.ask('POST', '/v1/checkout', { token: mine.token, body: free(sku) })).body.number);
    const first = await shop.ask<{ items: { number: string }[]; nextCursor: string }>('GET', `/v1/orders?limit=2&learner=${other.username}`, { token: mine.token });
    const second = await shop.ask<{ items: { number: string }[]; nextCursor: null }>('GET', `/v1/orders?limit=2&cursor=${first.body.nextCursor}`, { token: mine.token });
    expect([...first.body.items, ...second.body.items].map(({ number }) => number)).toEqual(numbers);
    expect(second.body.nextCursor).toBeNull();
    expect((await shop.ask('GET', `/v1/orders/${numbers[0]}`, { token: mine.token })).status).toBe(200);
    const foreign = await shop.ask<ProblemBody>('GET', `/v1/orders/${numbers[0]}`, { token: other.token });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'order_not_found']);
  });

  it('does not buy what he has: 409, and staff may sell it to him again', async () => {
    const { username, token } = await shop.learner();
    await shop.ask('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') });
    const again = await shop.ask<ProblemBody>('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') });
    expect([again.status, again.body.code]).toEqual([409, 'already_owned']);
    expect((await shop.sell(username, ['BIO_AUDIT'])).body.status).toBe('complete');
  });

  it('does not buy what he awaits either', async () => {
    const { token } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    await shop.ask('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') });
    await shop.lms.control.mend();
    expect((await shop.ask('POST', '/v1/checkout', { token, body: free('BIO_AUDIT') })).status).toBe(409);
  });

  it('gives twice if he likes: a donation is sold again', async () => {
    const { username } = await shop.learner();
    for (const quantity of [1, 1_000]) {
      const answer = await shop.ask('POST', '/v1/checkout', { token: shop.staff, body: { ...sale(username, ['DONATE']), items: [{ sku: 'DONATE', quantity }] } });
      expect([answer.status, answer.body.status]).toEqual([201, 'complete']);
    }
  });

  it('may send his token as Bearer', async () => {
    const { token } = await shop.learner();
    expect((await shop.ask('GET', '/v1/orders', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

describe('an idempotency key', () => {
  it('sent twenty times at once makes one order and one enrollment, and every answer is the same or says that it runs', async () => {
    const { username } = await shop.learner();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.sell(username, ['BIO_VERIFIED'], { key })));
    const placed = answers.filter(({ status }) => status === 201);
    expect(new Set(placed.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).map(({ status, body }) => [status, (body as unknown as ProblemBody).code])).toEqual(answers.filter(({ status }) => status !== 201).map(() => [409, 'request_in_progress']));
    expect(await posts(username)).toBe(1);
    expect(await shop.sql('select 1 from orders where learner_username = $1', [username])).toHaveLength(1);
  });

  it('replays the stored answer to the byte, also when the SKU is no longer sold and the order has changed', async () => {
    const { username } = await shop.learner();
    const key = randomUUID();
    const first = await shop.sell(username, ['CHEM_VERIFIED'], { key });
    await shop.sql(`update sku set available_until = now() where sku = 'CHEM_VERIFIED'`);
    await shop.sql(`update orders set status = 'refunded' where number = $1`, [first.body.number]);
    const second = await shop.sell(username, ['CHEM_VERIFIED'], { key });
    await shop.sql(`update sku set available_until = null where sku = 'CHEM_VERIFIED'`);
    expect([second.status, second.text, second.headers.get('idempotency-replayed'), second.headers.get('location')]).toEqual([201, first.text, 'true', first.headers.get('location')]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
  });

  it('is refused to another body, and free again for another caller', async () => {
    const [one, two] = [await shop.learner(), await shop.learner()];
    const key = randomUUID();
    await shop.ask('POST', '/v1/checkout', { token: one.token, key, body: free('BIO_AUDIT') });
    const other = await shop.ask<ProblemBody>('POST', '/v1/checkout', { token: one.token, key, body: free('CHEM_AUDIT') });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await shop.ask('POST', '/v1/checkout', { token: two.token, key, body: free('CHEM_AUDIT') })).status).toBe(201);
  });

  it('stands for the same request whatever the order of its fields', async () => {
    const { username } = await shop.learner();
    const key = randomUUID();
    const { items, learner, payment } = sale(username, ['BIO_VERIFIED']);
    const first = await shop.ask('POST', '/v1/checkout', { token: shop.staff, key, body: { items, learner, payment } });
    const second = await shop.ask('POST', '/v1/checkout', { token: shop.staff, key, body: { payment, learner, items } });
    expect(second.text).toBe(first.text);
  });

  it('is not used up by a request that was refused', async () => {
    const { username } = await shop.learner();
    const key = randomUUID();
    expect((await shop.sell(username, ['NO_SUCH_SKU'], { key })).status).toBe(422);
    expect((await shop.sell(username, ['BIO_VERIFIED'], { key })).status).toBe(201);
  });
});

describe('an order of several lines', () => {
  it('delivers three of four when one fails, and a resubmit calls the LMS once', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503, courseId: 'course-v1:AcmeX+PHYS1+2026' });
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED', 'PHYS_PRO', 'DONATE']);
    expect([order.status, order.lines.map(({ status }) => status)]).toEqual(['fulfillment_error', ['fulfilled', 'fulfilled', 'open', 'fulfilled']]);
    await shop.lms.control.mend();
    const before = await posts(username);
    const { body: after } = await shop.resubmit(order.number);
    expect([after.status, after.lines.map(({ status, attempts }) => [status, attempts])]).toEqual(['complete', [['fulfilled', 1], ['fulfilled', 1], ['fulfilled', 2], ['fulfilled', 1]]]);
    expect((await posts(username)) - before).toBe(1);
    expect((await enrolled(username)).length).toBe(3);
  });

  it('takes a hundred lines', async () => {
    const donations = await manyDonations(100);
    const { username } = await shop.learner();
    const { status, body } = await shop.sell(username, donations);
    expect([status, body.status, body.lines.length]).toEqual([201, 'complete', 100]);
  });
});

describe('access that the learner has', () => {
  it('stays verified when an audit seat is sold to him later', async () => {
    const { username } = await shop.learner();
    await shop.sell(username, ['BIO_VERIFIED']);
    const { body } = await shop.sell(username, ['BIO_AUDIT']);
    expect([body.status, await enrolled(username)]).toEqual(['complete', ['course-v1:AcmeX+BIO1+2026 verified']]);
  });

  it('stays verified when an old order is sent again', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const { body: old } = await shop.sell(username, ['CHEM_HONOR']);
    await shop.lms.control.mend();
    await shop.sell(username, ['CHEM_VERIFIED']);
    const { body } = await shop.resubmit(old.number);
    expect([body.status, await enrolled(username)]).toEqual(['complete', ['course-v1:AcmeX+CHEM1+2026 verified']]);
  });
});

describe('staff', () => {
  it('see all orders, by status, kind of failure, SKU and learner', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const { body } = await shop.sell(username, ['PHYS_PRO']);
    await shop.lms.control.mend();
    const found = async (query: string) => (await shop.ask<{ items: { number: string }[] }>('GET', `/v1/orders?${query}`, { token: shop.staff })).body.items.map(({ number }) => number);
    expect(await found(`learner=${username}&status=fulfillment_error&failureKind=server&sku=PHYS_PRO`)).toEqual([body.number]);
    expect(await found(`learner=${username}&failureKind=timeout`)).toEqual([]);
    expect(await found(`learner=${username}&placedAfter=${encodeURIComponent(new Date(Date.now() + 3600_000).toISOString())}`)).toEqual([]);
  });

  it('cancel what is unfinished: a line that was never enrolled, and one that was without anybody knowing', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503, courseId: 'course-v1:AcmeX+PHYS1+2026' }, { kind: 'status_after', status: 502, courseId: 'course-v1:AcmeX+CHEM1+2026', method: 'POST' });
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED', 'PHYS_PRO']);
    expect(order.lines.map(({ status }) => status)).toEqual(['fulfilled', 'open', 'open']);
    expect((await enrolled(username)).length).toBe(2);
    await shop.lms.control.mend();
    const cancelled = await shop.ask('POST', `/v1/orders/${order.number}/cancel`, { token: shop.staff, body: { reason: 'bought by mistake' } });
    expect([cancelled.status, cancelled.body.status, cancelled.body.lines.map(({ status }) => status)]).toEqual([200, 'complete', ['fulfilled', 'revoked', 'revoked']]);
    expect(await enrolled(username)).toEqual(['course-v1:AcmeX+BIO1+2026 verified']);
    const again = await shop.ask<ProblemBody>('POST', `/v1/orders/${order.number}/cancel`, { token: shop.staff, body: { reason: 'again' } });
    expect([again.status, again.body.code]).toEqual([409, 'nothing_to_cancel']);
  });

  it('are told when a cancellation could not take access back, and may try again', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status_after', status: 502, method: 'POST' });
    const { body: order } = await shop.sell(username, ['PHYS_PRO']);
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const failed = await shop.ask<ProblemBody>('POST', `/v1/orders/${order.number}/cancel`, { token: shop.staff, body: { reason: 'a mistake' } });
    expect([failed.status, failed.body.code]).toEqual([502, 'revocation_failed']);
    await shop.lms.control.mend();
    const { body } = await shop.ask('POST', `/v1/orders/${order.number}/cancel`, { token: shop.staff, body: { reason: 'a mistake' } });
    expect([body.status, await enrolled(username)]).toEqual(['refunded', []]);
  });

  it('are told at once that there is nothing to send again', async () => {
    const { username } = await shop.learner();
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED']);
    const answer = await shop.resubmit(order.number);
    expect([answer.status, (answer.body as unknown as ProblemBody).code]).toEqual([409, 'nothing_to_resubmit']);
  });
});

it('an LMS that is down makes nobody unready', async () => {
  await shop.lms.control.outage();
  const answers = await Promise.all(['/health/live', '/health/ready'].map((path) => shop.ask('GET', path)));
  await shop.lms.control.mend();
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});

it('the API describes itself in OpenAPI 3.1, with every route', async () => {
  const { body } = await shop.ask<{ openapi: string; paths: Record<string, object> }>('GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths).sort()).toEqual([
    '/basket/add',
    '/health/live',
    '/health/ready',
    '/v1/checkout',
    '/v1/courses',
    '/v1/courses/{id}',
    '/v1/courses/{id}/purchase-options',
    '/v1/enrollment-codes/{code}/redeem',
    '/v1/fulfillments/{lineKey}/result',
    '/v1/links',
    '/v1/operations/dependencies',
    '/v1/operations/dependencies/{name}',
    '/v1/operations/failures',
    '/v1/orders',
    '/v1/orders/{number}',
    '/v1/orders/{number}/cancel',
    '/v1/orders/{number}/enrollment-codes',
    '/v1/orders/{number}/enrollment-codes.csv',
    ...['done-elsewhere', 'give-up', 'hold', 'release'].map((verb) => `/v1/orders/{number}/lines/{lineId}/${verb}`),
    ...['cancel', 'confirm', 'settle', 'start'].map((verb) => `/v1/orders/{number}/payment/${verb}`),
    '/v1/orders/{number}/resubmit',
    '/v1/orders/{number}/revoke',
    '/v1/partners',
    '/v1/partners/{code}',
    '/v1/payment-events',
    '/v1/payment-events/{id}',
    '/v1/payment-events/{id}/dismiss',
    '/v1/payment-events/{id}/replay',
    '/v1/payment-processors',
    '/v1/payment-reconciliations',
    '/v1/payments',
    '/v1/payments/{id}',
    ...['accept', 'check', 'return'].map((verb) => `/v1/payments/{id}/${verb}`),
    '/v1/payments/{processor}/webhook',
    '/v1/prices',
    '/v1/product-types',
    '/v1/products',
    '/v1/products/{id}',
    '/v1/publications',
    '/v1/publications/{courseId}',
    '/v1/publications/{courseId}/republish',
    '/v1/refunds',
    '/v1/refunds/{number}',
    ...['approve', 'deny', 'retry'].map((verb) => `/v1/refunds/{number}/${verb}`),
    '/v1/resubmissions',
    '/v1/resubmissions/{id}',
    '/v1/resubmissions/{id}/lines.csv',
    '/v1/rollout',
    '/v1/rollout/history',
    ...['off', 'on', 'plan'].map((verb) => `/v1/rollout/${verb}`),
    '/v1/skus/{sku}',
  ]);
  expect((await shop.ask('GET', '/docs')).text).toContain('swagger');
});

it('logs each request with an id, and neither tokens nor personal data', async () => {
  const { username, token } = await shop.learner();
  await shop.ask('POST', '/v1/checkout', { token, key: 'key-not-for-logs', body: free('BIO_AUDIT'), headers: { 'x-request-id': 'trace-me-1' } });
  await shop.ask('GET', `/v1/orders?learner=${username}`, { token: await tokenOf('staff', { administrator: true }) });
  const log = shop.api.output();
  expect(log).toContain('"requestId":"trace-me-1"');
  for (const secret of [token, username, `${username}@example.com`, 'key-not-for-logs', '127.0.0.1"']) expect(log).not.toContain(secret);
});

async function manyDonations(count: number): Promise<string[]> {
  const skus = Array.from({ length: count }, (_, index) => `GIFT-${index}`);
  await shop.sql(
    `with p as (insert into product (id, product_type, title, details, created_at, updated_at) select gen_random_uuid(), 'donation', 'Gift', '{}', now(), now() from unnest($1::text[]) returning id),
          n as (select id, row_number() over () as n from p), s as (select sku, ordinality as n from unnest($1::text[]) with ordinality as s (sku))
     insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select s.sku, n.id, 100, 'USD', now(), now() from n join s using (n)`,
    [skus],
  );
  return skus;
}
