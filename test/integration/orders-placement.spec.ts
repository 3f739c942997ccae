import { AlreadyOwnedError, IdempotencyKeyReusedError, RequestInProgressError, type OrderSnapshot } from '#orders';
import { FULFILLED, allEnded, newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const TABLES = ['orders', 'order_line', 'fulfillment_attempt', 'order_history', 'idempotency_record'];
const rowCounts = async () => Promise.all(TABLES.map(async (table) => (await shop.sql<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n));
const render = (order: OrderSnapshot) => ({ status: 201, body: JSON.stringify({ number: order.number, status: order.status }) });

describe('placing an order', () => {
  it('writes the order, its claimed lines, an attempt for each, history and the key, all at once', async () => {
    const order = newOrder({ emailOptIn: true }, 3);
    const claim = await placed(shop, order);
    expect(claim.order.number).toMatch(/^OF-\d{6,}$/);
    const detail = await shop.reader.detail(claim.order.number);
    expect(detail.emailOptIn).toBe(true);
    expect(detail.snapshot()).toEqual(claim.order);
    expect(detail.lines.map(({ id, status, learnerAddress }) => ({ id, status, learnerAddress }))).toEqual(order.lines.map(({ id }) => ({ id, status: 'fulfilling', learnerAddress: '203.0.113.7' })));
    expect(detail.lines.map(({ attemptLog }) => attemptLog.map(({ outcome, requestedBy }) => [outcome, requestedBy]))).toEqual(order.lines.map(() => [['pending', 'checkout:staff']]));
    expect(detail.history.map(({ event, toStatus, actor }) => [event, toStatus, actor])).toEqual([['place', 'open', 'staff']]);
  });

  it('places one order when the same key comes twenty times at once', async () => {
    const idempotency = newOrder().idempotency;
    const claims = await Promise.all(Array.from({ length: 20 }, () => shop.orders.place(newOrder({ idempotency }))));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await shop.sql(`select 1 from orders o join idempotency_record r on r.order_id = o.id where r.key = $1`, [idempotency.key])).toHaveLength(1);
  });

  it('keeps keys of different callers and routes apart', async () => {
    const { idempotency } = newOrder();
    const scopes = [idempotency, { ...idempotency, caller: 'another' }, { ...idempotency, route: 'POST /v1/other' }];
    const claims = await Promise.all(scopes.map((scope) => shop.orders.place(newOrder({ idempotency: scope }))));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(3);
  });

  it('keeps what a hostile client wrote as it is', async () => {
    const username = `x'); drop table orders; --`;
    const details = { text: `"},{"a":'\\", \\u0027 {1,2} NULL` };
    const claim = await placed(shop, newOrder({ learner: { username, email: null, address: null }, lines: [newLine({ title: `{"quoted",'\\'}`, details })] }));
    const { learnerUsername, lines } = await shop.reader.detail(claim.order.number);
    expect([learnerUsername, lines[0]?.title, lines[0]?.details]).toEqual([username, `{"quoted",'\\'}`, details]);
  });
});

describe('a product that is sold once', () => {
  const learner = (username: string) => ({ username, email: null, address: null });

  it('is sold to a learner once when he buys it twenty times at the same moment (fails without order_line_sold_once_key)', async () => {
    const { productId } = newLine();
    const buy = () => shop.orders.place(newOrder({ learner: learner('eager'), lines: [newLine({ productId })] }));
    const results = await Promise.allSettled(Array.from({ length: 20 }, buy));
    const placedOnes = results.filter((result) => result.status === 'fulfilled' && result.value !== undefined);
    const refused = results.filter((result) => (result.status === 'fulfilled' ? result.value === undefined : result.reason instanceof AlreadyOwnedError));
    expect([placedOnes.length, refused.length]).toEqual([1, 19]);
  });

  it('is sold to one of two baskets of a learner that hold the same products in opposite order, and neither waits for the other for ever (fails without the order in PLACE)', async () => {
    for (let round = 0; round < 25; round += 1) {
      const products = Array.from({ length: 80 }, () => newLine().productId);
      const buy = (productIds: readonly string[]) => shop.orders.place(newOrder({ learner: learner(`basket-${round}`), lines: productIds.map((productId) => newLine({ productId })) }));
      const results = await Promise.allSettled([buy(products), buy(products.toReversed()), buy(products), buy(products.toReversed())]);
      expect(results.filter((result) => result.status === 'rejected' && !(result.reason instanceof AlreadyOwnedError))).toEqual([]);
      expect(results.filter((result) => result.status === 'fulfilled' && result.value !== undefined)).toHaveLength(1);
    }
  }, 30_000);

  it('leaves no row behind when the learner has it already', async () => {
    const { productId } = newLine();
    const buy = () => shop.orders.place(newOrder({ learner: learner('owner'), lines: [newLine(), newLine({ productId })] }));
    expect(await buy()).toBeDefined();
    const before = await rowCounts();
    expect(await buy()).toBeUndefined();
    expect(await rowCounts()).toEqual(before);
  });

  it('is sold again by staff, and what staff sold counts for the learner', async () => {
    const { productId } = newLine();
    const sell = (soldOnce: boolean) => shop.orders.place(newOrder({ learner: learner('twice'), lines: [newLine({ productId, soldOnce })] }));
    expect(await sell(false)).toBeDefined();
    expect(await sell(false)).toBeDefined();
    expect(await sell(true)).toBeUndefined();
  });

  it('can be bought again once it was taken back', async () => {
    const { productId } = newLine();
    const buy = () => shop.orders.place(newOrder({ learner: learner('returning'), lines: [newLine({ productId })] }));
    const claim = await buy();
    await shop.sql(`update order_line set status = 'revoked', claim_id = null, claim_purpose = null, lease_until = null where id = $1`, [claim?.lines[0]?.line.id]);
    expect(await buy()).toBeDefined();
  });
});

describe('the answer to a key', () => {
  it('is stored with the settle and replayed to the byte, whatever happened to the order since', async () => {
    const order = newOrder();
    const { scope, fingerprint } = { scope: order.idempotency, fingerprint: order.idempotency.fingerprint };
    const claim = await placed(shop, order);
    const { answer } = await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED), { scope, render });
    await shop.sql(`update orders set status = 'refunded' where id = $1`, [order.id]);
    const replayed = await shop.records.replay({ scope, fingerprint, render });
    expect(replayed).toEqual(answer);
    expect(JSON.parse(replayed?.body ?? '')).toEqual({ number: claim.order.number, status: 'complete' });
  });

  it('is refused to another body', async () => {
    const order = newOrder();
    await placed(shop, order);
    await expect(shop.records.replay({ scope: order.idempotency, fingerprint: 'another', render })).rejects.toThrow(IdempotencyKeyReusedError);
  });

  it('is not there while the first request may still be running', async () => {
    const order = newOrder();
    await placed(shop, order);
    await expect(shop.records.replay({ scope: order.idempotency, fingerprint: 'f', render })).rejects.toThrow(RequestInProgressError);
  });

  it('is built from the order, and stored once, when its process died', async () => {
    const order = newOrder();
    const claim = await placed(shop, order);
    await shop.sql(`update idempotency_record set created_at = now() - interval '1 minute' where key = $1`, [order.idempotency.key]);
    const repeated = { scope: order.idempotency, fingerprint: 'f', render };
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => shop.records.replay({ ...repeated, render: ({ status }) => ({ status: 201, body: `${status} as reader ${n} saw it` }) })));
    expect(new Set(answers.map((answer) => answer?.body)).size).toBe(1);
    expect(answers[0]?.body).toMatch(/^open as reader \d saw it$/);
    const late = await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED), repeated);
    expect([late.answer, late.order.status, await shop.records.replay(repeated)]).toEqual([null, 'complete', answers[0]]);
  });

  it('is unknown for a key that was never used', async () => {
    expect(await shop.records.replay({ scope: newOrder().idempotency, fingerprint: 'f', render })).toBeUndefined();
  });
});
