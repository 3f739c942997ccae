import { randomUUIDv7 } from 'node:crypto';
import { AlreadyOwnedError, type Mover, type NewPendingOrder } from '#orders';
import { newLine, newOrder } from '../support/orders.js';
import { newPending, openPaidShop, type PaidShop, type Replica } from '../support/paid-shop.js';

let shop: PaidShop;
beforeAll(async () => {
  shop = await openPaidShop();
});
afterAll(() => shop.close());

const NOBODY: Mover = { actor: 'test', reason: null };
const ALONE = { before: () => Promise.resolve(true), after: () => Promise.resolve() };
const PAID = { processor: 'card', reference: 'pay_1' };

const lines = (orderId: string) => shop.sql(`select status, payment, claim_id, next_attempt_at, paid_at, attempts, learner_address from order_line where order_id = $1 order by position`, [orderId]);
const history = async (orderId: string) => (await shop.sql<{ event: string; to_status: string | null; actor: string }>(`select event, to_status, actor from order_history where order_id = $1 order by id`, [orderId])).map(({ event, to_status, actor }) => `${actor}: ${event} → ${String(to_status)}`);
const orderOf = (learner: string, productId: string): NewPendingOrder => newPending({ learner: { username: learner, email: null, address: null }, lines: [newLine({ productId })] });

/** Under the order's lock, as everybody does who opens or ends one. */
function locked(replica: Replica, orderId: string, work: 'pay' | 'expire' | 'failPayment' | 'awaitPayment'): Promise<boolean> {
  if (work === 'expire') return replica.orders.expire(orderId, NOBODY);
  return replica.database.transaction(async (runner) => {
    await replica.orders.lock(runner, orderId);
    return work === 'pay' ? replica.orders.pay(runner, orderId, PAID, NOBODY) : replica.orders[work](runner, orderId, NOBODY);
  });
}

describe('an order that waits for its money', () => {
  it('is on record with its key, and nothing of it is claimed, or ever due', async () => {
    const pending = newPending({ lines: [newLine(), newLine({ productType: 'donation', soldOnce: false, quantity: 3 })] });
    const order = await shop.one.orders.place(pending, ALONE);
    expect(order).toEqual(await shop.one.reader.byId(pending.id));
    expect(order).toMatchObject({ status: 'pending', payment: { processor: 'card', reference: null, status: 'pending' }, expiresAt: expect.any(Date) as Date });
    const waits = { status: 'open', payment: 'awaited', claim_id: null, next_attempt_at: null, paid_at: null, attempts: 0, learner_address: '203.0.113.7' };
    expect(await lines(pending.id)).toEqual([waits, waits]);
    expect(await history(pending.id)).toEqual(['staff: place → pending']);
    expect(await shop.sql(`select answer_status from idempotency_record where order_id = $1`, [pending.id])).toEqual([{ answer_status: null }]);
    await shop.one.due.adopt();
    expect((await shop.one.due.find(1_000, [])).map(({ lineId }) => lineId)).not.toEqual(expect.arrayContaining([pending.lines[0]?.id]));
  });

  it.each([
    [3_600_000, null, 3_600_000],
    [3_600_000, 60_000, 60_000],
    [60_000, 3_600_000, 60_000],
  ])('waits for %d ms, or until its SKUs are no longer sold (in %j ms)', async (waitsForMs, soldForMs, expected) => {
    const { order } = await shop.place({ waitsForMs, waitsUntil: soldForMs === null ? null : new Date(Date.now() + soldForMs) });
    expect(Math.abs(Number(order.expiresAt?.getTime()) - order.placedAt.getTime() - expected)).toBeLessThan(5_000);
  });

  it('is not written when its key is taken, nor when its learner has or awaits the product', async () => {
    const [first, product] = [newPending(), randomUUIDv7()];
    await shop.one.orders.place(first, ALONE);
    expect(await shop.one.orders.place(newPending({ idempotency: first.idempotency }), ALONE)).toBeUndefined();
    await shop.one.orders.place(orderOf('ada', product), ALONE);
    expect(await shop.other.orders.place(orderOf('ada', product), ALONE)).toBeUndefined();
    expect(await shop.one.settledOrders.place(newOrder({ learner: { username: 'ada', email: null, address: null }, lines: [newLine({ productId: product })] }))).toBeUndefined();
  });

  it('is one when the same learner asks twenty times at once (fails without "order_line_sold_once_key")', async () => {
    const product = randomUUIDv7();
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? shop.one : shop.other).orders.place(orderOf('bob', product), ALONE));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(AlreadyOwnedError);
    expect(await shop.sql(`select 1 from order_line where learner_username = 'bob'`)).toHaveLength(1);
  });

  it('is named to a learner whom it keeps from buying, unless he has the product as well', async () => {
    const [waits, has] = [randomUUIDv7(), randomUUIDv7()];
    const order = await shop.one.orders.place(orderOf('eve', waits), ALONE);
    await shop.one.settledOrders.place(newOrder({ learner: { username: 'eve', email: null, address: null }, lines: [newLine({ productId: has })] }));
    expect(await Promise.all([[waits], [has], [waits, has], [randomUUIDv7()], []].map((products) => shop.one.orders.awaiting('eve', products)))).toEqual([order?.number, null, null, null, null]);
  });
});

describe('paying', () => {
  it('opens it: its lines are due at once', async () => {
    const { order } = await shop.place();
    expect(await locked(shop.one, order.id, 'pay')).toBe(true);
    expect(await shop.one.reader.byId(order.id)).toMatchObject({ status: 'open', expiresAt: null, payment: { processor: 'card', reference: 'pay_1', status: 'settled' } });
    expect(await lines(order.id)).toMatchObject([{ status: 'open', payment: 'paid', paid_at: expect.any(Date) as Date, next_attempt_at: expect.any(Date) as Date }]);
    expect((await shop.other.due.find(1_000, [])).map(({ lineId }) => lineId)).toContain(order.lines[0]?.id);
    expect(await history(order.id)).toEqual(['staff: place → pending', 'test: pay → open']);
  });

  it('opens it once, by twenty at once', async () => {
    const { order } = await shop.place();
    const paid = await Promise.all(Array.from({ length: 20 }, (_, index) => locked(index % 2 === 0 ? shop.one : shop.other, order.id, 'pay')));
    expect(paid.filter(Boolean)).toHaveLength(1);
    expect((await history(order.id)).filter((entry) => entry.includes('pay'))).toHaveLength(1);
  });

  it('opens one whose payment had failed, and one whose time was over', async () => {
    const [failed, late] = [await shop.place(), await shop.place()];
    await locked(shop.one, failed.order.id, 'failPayment');
    await locked(shop.one, late.order.id, 'expire');
    expect(await Promise.all([shop.status(failed.order), shop.status(late.order)])).toEqual(['payment_error', 'expired']);
    expect([await locked(shop.one, failed.order.id, 'pay'), await locked(shop.one, late.order.id, 'pay')]).toEqual([true, true]);
  });
});

describe('another payment', () => {
  it('is waited for by one whose payment had failed, once, and by no other', async () => {
    const { order } = await shop.place();
    const done = [];
    for (const work of ['awaitPayment', 'failPayment', 'awaitPayment', 'awaitPayment', 'pay', 'awaitPayment'] as const) done.push(await locked(shop.one, order.id, work));
    expect(done).toEqual([false, true, true, false, true, false]);
    expect(await history(order.id)).toEqual(['staff: place → pending', 'test: failPayment → payment_error', 'test: awaitPayment → pending', 'test: pay → open']);
  });
});

describe('the end of its time', () => {
  it('leaves what it would have sold to be bought again, and forgets where the learner was', async () => {
    const product = randomUUIDv7();
    const pending = orderOf('kim', product);
    await shop.one.orders.place(pending, ALONE);
    expect([await locked(shop.one, pending.id, 'expire'), await locked(shop.one, pending.id, 'expire')]).toEqual([true, false]);
    expect(await lines(pending.id)).toMatchObject([{ status: 'open', payment: 'lapsed', learner_address: null }]);
    expect(await shop.one.settledOrders.owns('kim', product)).toBe(false);
    expect(await shop.one.orders.place(orderOf('kim', product), ALONE)).toMatchObject({ status: 'pending' });
    await expect(locked(shop.one, pending.id, 'pay')).rejects.toThrow(AlreadyOwnedError);
    expect(await shop.status(pending)).toBe('expired');
  });

  it('or its payment: one of the two, at once, forty times', async () => {
    const placed = await Promise.all(Array.from({ length: 40 }, () => shop.place()));
    const ends = await Promise.all(placed.map(async ({ order }) => Promise.all([locked(shop.one, order.id, 'expire'), locked(shop.other, order.id, 'pay')])));
    for (const [index, [expired, paid]] of ends.entries()) {
      const status = await shop.status(placed[index]?.order ?? { id: '' });
      // Money may come after the end; the end never after the money.
      expect([status, paid]).toEqual(['open', true]);
      expect((await history(String(placed[index]?.order.id))).at(-1)).toBe('test: pay → open');
      expect(typeof expired).toBe('boolean');
    }
  });

  it('never comes to one that is paid for', async () => {
    const { order } = await shop.place();
    await locked(shop.one, order.id, 'pay');
    await shop.runOut(order);
    expect([await locked(shop.one, order.id, 'expire'), await shop.one.orders.claimExpired(order.id, 60_000), await shop.status(order)]).toEqual([false, undefined, 'open']);
  });

  it('is seen to by one at a time, and again when he has died', async () => {
    const { order } = await shop.place();
    const claim = (replica: Replica) => replica.orders.claimExpired(order.id, 60_000);
    expect(await claim(shop.one)).toBeUndefined();
    await shop.runOut(order);
    expect((await shop.one.orders.findExpired(100)).map(({ orderId }) => orderId)).toContain(order.id);
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(index % 2 === 0 ? shop.one : shop.other)));
    expect(claims.filter(Boolean)).toEqual([{ overdueMs: expect.any(Number) as unknown }]);
  });

  it.each([
    ['2 minutes', 60],
    ['16 minutes', 120],
    ['7 days', 1_800],
  ])('that was to end %s ago, and cannot be yet, is looked at again in %d seconds', async (ago, wait) => {
    const { order } = await shop.place();
    await shop.sql(`update orders set expiry_check_at = now(), expires_at = now() - $2::interval where id = $1`, [order.id, ago]);
    const { overdueMs } = (await shop.other.orders.claimExpired(order.id, 60_000)) ?? { overdueMs: 0 };
    const [due] = await shop.sql<{ overdue: number; wait: number }>(`select extract(epoch from $2::interval)::float8 * 1000 as overdue, extract(epoch from expiry_check_at - expires_at)::float8 - extract(epoch from $2::interval)::float8 as wait from orders where id = $1`, [order.id, ago]);
    expect([overdueMs - Number(due?.overdue) < 60_000, overdueMs >= Number(due?.overdue), Math.round(Number(due?.wait) / 60) * 60]).toEqual([true, true, wait]);
  });
});
