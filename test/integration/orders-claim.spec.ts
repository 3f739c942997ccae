import type { AskedBy } from '#orders';
import { block } from '../support/blocker.js';
import { FULFILLED, LEASE_MS, REJECTED, SERVER_FAILURE, allEnded, ended, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'the LMS works again' };
const lapse = (orderId: string) => shop.sql(`update order_line set lease_until = now() - interval '1 second' where order_id = $1 and claim_id is not null`, [orderId]);

/** An order whose lines ended like this. */
async function orderWith(...settlements: (typeof FULFILLED)[]) {
  const order = newOrder({}, settlements.length);
  const claim = await placed(shop, order);
  await shop.settling.settle(claim, 'staff', settlements.map((settlement, index) => ended(claim, index, settlement)));
  return { order, claim };
}

describe('claiming what is unfinished', () => {
  it('gives each line to one of fifty callers, and makes none of them wait (fails without the claim condition on claim_id and lease_until)', async () => {
    const { order, claim } = await orderWith(REJECTED, SERVER_FAILURE);
    const claims = await Promise.all(Array.from({ length: 50 }, () => shop.orders.claimUnfinished(order.id, operator)));
    const claimed = claims.flatMap((one) => one?.lines.map(({ line }) => line.id) ?? []);
    expect(claimed.sort()).toEqual(claim.lines.map(({ line }) => line.id).sort());
    expect(await shop.sql(`select 1 from fulfillment_attempt a join order_line l on l.id = a.line_id where l.order_id = $1`, [order.id])).toHaveLength(4);
  });

  it('touches only what is unfinished', async () => {
    const { order, claim } = await orderWith(FULFILLED, REJECTED, FULFILLED, SERVER_FAILURE);
    const again = await shop.orders.claimUnfinished(order.id, operator);
    expect(again?.lines.map(({ line }) => line.id)).toEqual([claim.lines[1]?.line.id, claim.lines[3]?.line.id]);
    expect(again?.lines.map(({ line }) => [line.status, line.attempts, line.failure?.kind])).toEqual([['fulfilling', 2, 'rejected'], ['fulfilling', 2, 'server']]);
    expect(again?.lineCount).toBe(4);
  });

  it('leaves alone what was given up, as long as anything else is left', async () => {
    const { order, claim } = await orderWith(REJECTED, REJECTED);
    await shop.sql('update order_line set given_up_at = now() where id = $1', [claim.lines[0]?.line.id]);
    expect((await shop.orders.claimUnfinished(order.id, operator))?.lines.map(({ line }) => line.id)).toEqual([claim.lines[1]?.line.id]);
    await shop.sql(`update order_line set status = 'fulfilled', claim_id = null, claim_purpose = null, lease_until = null where id = $1`, [claim.lines[1]?.line.id]);
    expect((await shop.orders.claimUnfinished(order.id, operator))?.lines.map(({ line }) => line.id)).toEqual([claim.lines[0]?.line.id]);
  });

  it('never takes a line from a holder whose lease lives', async () => {
    const { order } = { order: newOrder() };
    await placed(shop, order);
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeUndefined();
  });

  it('takes a line over when the lease ran out, closes the attempt that never ended, and says that it may have arrived', async () => {
    const order = newOrder();
    const first = await placed(shop, order);
    await lapse(order.id);
    const second = await shop.orders.claimUnfinished(order.id, operator);
    expect(second?.lines[0]).toMatchObject({ mayHaveArrived: true, line: { attempts: 2, status: 'fulfilling' } });
    const { lines, history } = await shop.reader.detail(first.order.number);
    expect(lines[0]?.attemptLog.map(({ outcome, endedAt }) => [outcome, endedAt !== null])).toEqual([['unknown', true], ['pending', false]]);
    expect(history.map(({ event, fromStatus, toStatus, actor, reason }) => [event, fromStatus, toStatus, actor, reason]).at(-1)).toEqual(['reclaim', 'fulfilling', 'fulfilling', 'olga', 'the LMS works again']);
  });

  it('waits for nobody: a line whose row is locked just now is left alone', async () => {
    const { order } = await orderWith(REJECTED);
    const blocker = await block(shop.databaseUrl, 'select 1 from order_line where order_id = $1 for update', [order.id]);
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeUndefined();
    await blocker.release();
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeDefined();
  });

  it.each([
    ['is not paid', `update orders set status = 'pending' where id = $1`],
    ['is held', `update order_line set held_at = now() where order_id = $1`],
    ['was taken back', `update order_line set status = 'revoked' where order_id = $1`],
  ])('leaves a line alone that %s', async (_, sql) => {
    const { order } = await orderWith(SERVER_FAILURE);
    await shop.sql(sql, [order.id]);
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeUndefined();
  });

  it('ends the lease on this clock before it ends in the database', async () => {
    const { order } = await orderWith(SERVER_FAILURE);
    const before = performance.now();
    const claim = await shop.orders.claimUnfinished(order.id, operator);
    const [row] = await shop.sql<{ left_ms: number }>(`select (extract(epoch from lease_until - now()) * 1000)::float8 as left_ms from order_line where order_id = $1`, [order.id]);
    const after = performance.now();
    expect(claim?.leaseEndsAtMs).toBeGreaterThanOrEqual(before + LEASE_MS);
    // Both clocks ran between the two reads: what the database still grants cannot be less than what is left here.
    expect((row?.left_ms ?? 0) + (after - before)).toBeGreaterThanOrEqual((claim?.leaseEndsAtMs ?? 0) - after);
  });
});

describe('claiming lines to take them back', () => {
  const unfinished = { statuses: ['open', 'failed'] as const, lineIds: null };

  it('takes all or none: a line that somebody delivers keeps the others from being taken', async () => {
    const { order, claim } = await orderWith(REJECTED, SERVER_FAILURE);
    await shop.sql(`update order_line set status = 'fulfilling', claim_id = gen_random_uuid(), claim_purpose = 'deliver', lease_until = now() + interval '1 minute' where id = $1`, [claim.lines[1]?.line.id]);
    expect(await shop.orders.claimRevocation(order.id, operator, unfinished)).toBeUndefined();
    await lapse(order.id);
    const revocation = await shop.orders.claimRevocation(order.id, operator, unfinished);
    expect(revocation?.claim.lines.map(({ line }) => line.status)).toEqual(['failed', 'open']);
  });

  it('keeps a delivery from claiming the same line', async () => {
    const { order } = await orderWith(SERVER_FAILURE);
    expect(await shop.orders.claimRevocation(order.id, operator, unfinished)).toBeDefined();
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeUndefined();
  });

  it('names the order that still needs the access', async () => {
    const learner = { username: 'keeper', email: null, address: null };
    const bought = newOrder({ learner });
    const productId = bought.lines[0]?.productId ?? '';
    const first = await placed(shop, bought);
    await shop.settling.settle(first, 'staff', allEnded(first, FULFILLED));
    const again = newOrder({ learner, lines: [{ ...newOrder().lines[0], productId, soldOnce: false } as never] });
    const second = await placed(shop, again);
    await shop.settling.settle(second, 'staff', allEnded(second, FULFILLED));
    const all = { statuses: ['open', 'failed', 'fulfilled'] as const, lineIds: null };
    const one = await shop.orders.claimRevocation(bought.id, operator, all);
    expect([...(one?.neededBy.values() ?? [])]).toEqual([second.order.number]);
    const other = await shop.orders.claimRevocation(again.id, operator, all);
    expect([...(other?.neededBy.values() ?? [])]).toEqual([]);
  });

  it('never lets two lines that are taken back at once each leave the access to the other (fails without LOCK_ACCESS)', async () => {
    for (let round = 0; round < 10; round += 1) {
      const learner = { username: `both-${round}`, email: null, address: null };
      const orders = [newOrder({ learner }), newOrder({ learner })];
      const productId = orders[0]?.lines[0]?.productId ?? '';
      const claims = [];
      for (const order of orders) {
        const claim = await placed(shop, { ...order, lines: order.lines.map((line) => ({ ...line, productId, soldOnce: false })) });
        await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
        claims.push(claim);
      }
      const all = { statuses: ['fulfilled'] as const, lineIds: null };
      const revocations = await Promise.all(claims.map(({ order }) => shop.orders.claimRevocation(order.id, operator, all)));
      expect(revocations.filter((revocation) => revocation?.neededBy.size === 0).length).toBeGreaterThanOrEqual(1);
    }
  });
});
