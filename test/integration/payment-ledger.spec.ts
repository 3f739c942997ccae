import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { Mover } from '#orders';
import { ForeignPaymentError, GatewayFailure, type GatewayPayment, type Payment } from '#payments';
import { block } from '../support/blocker.js';
import { until } from '../support/until.js';
import { openPaidShop, type PaidShop, type Placed, type Replica } from '../support/paid-shop.js';

let shop: PaidShop;
beforeAll(async () => {
  shop = await openPaidShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.card.reset();
  shop.wallet.reset();
});

const STAFF: Mover = { actor: 'olga', reason: 'asked the buyer' };
const AWAY = () => Promise.reject(new GatewayFailure('Service Unavailable', { kind: 'server', passing: true }));

const twenty = <Result>(work: (replica: Replica, index: number) => Promise<Result>) => Promise.all(Array.from({ length: 20 }, (_, index) => work(index % 2 === 0 ? shop.one : shop.other, index)));
const events = async ({ id }: { id: string }) => (await shop.sql<{ event: string }>(`select event from order_history where order_id = $1 and line_id is null order by id`, [id])).map(({ event }) => event);
const openings = (number: string) => shop.consequences.openedFor.filter((opened) => opened === number).length;
const row = (payment: Payment) => shop.one.ledger.byId(payment.id);

/** The gateway's word is taken down, by nobody in particular. */
const hear = (payment: Payment, change: Partial<GatewayPayment>, replica = shop.one) => replica.ledger.apply(payment, { ...shop.card.find(payment.id), ...change }, 'test');
const paid = ({ payment }: Placed): Partial<GatewayPayment> => ({ status: 'captured', capturedMinor: payment.amountMinor, captureReference: `cap_${payment.id}` });

describe('what a gateway says of a payment', () => {
  it('opens its order when it is paid to the cent, once, whoever hears it and however often', async () => {
    const placed = await shop.started();
    const heard = await twenty((replica) => hear(placed.payment, paid(placed), replica));
    expect(heard.filter(({ opened }) => opened)).toHaveLength(1);
    expect(heard.filter(({ parked }) => parked)).toEqual([]);
    expect(await row(placed.payment)).toMatchObject({ status: 'captured', openedOrder: true, capturedMinor: 4_900, capturedCurrency: 'USD', captureReference: `cap_${placed.payment.id}`, parked: null });
    expect(await events(placed.order)).toEqual(['place', 'pay']);
  });

  it.each<[string, Partial<GatewayPayment>]>([
    ['a cent less', { capturedMinor: 4_899 }],
    ['a cent more', { capturedMinor: 4_901 }],
    ['another currency', { currency: 'EUR' }],
  ])('parks it for an operator, and opens nothing, when it took %s: also where late money goes back by itself', async (_, change) => {
    const { order, payment } = await shop.started({ processor: 'wallet' });
    const { parked } = await shop.one.ledger.apply(payment, { ...shop.wallet.find(payment.id), status: 'captured', capturedMinor: 4_900, ...change }, 'test');
    expect([parked, (await row(payment)).parked, await shop.status(order)]).toEqual([true, { cause: 'amount_differs', action: 'ask' }, 'pending']);
    expect(await events(order)).toEqual(['place', 'parkPayment']);
  });

  it('of another payment is not believed', async () => {
    const { order, payment } = await shop.started();
    for (const change of [{ paymentId: randomUUID() }, { paymentId: null }, { reference: 'pay_of_another' }]) await expect(hear(payment, { ...paid({ order, payment }), ...change })).rejects.toThrow(ForeignPaymentError);
    expect([await shop.status(order), (await row(payment)).status]).toEqual(['pending', 'started']);
  });

  it('that is older than what is known changes nothing', async () => {
    const placed = await shop.started();
    await hear(placed.payment, paid(placed));
    for (const status of ['unpaid', 'approved', 'processing', 'canceled'] as const) await hear(placed.payment, { status });
    expect([await shop.status(placed.order), (await row(placed.payment)).status]).toEqual(['open', 'captured']);
  });

  it('may be that it can never be paid; and then that it was paid all the same', async () => {
    const placed = await shop.started();
    await hear(placed.payment, { status: 'canceled' });
    expect([await shop.status(placed.order), (await row(placed.payment)).status]).toEqual(['payment_error', 'failed']);
    expect((await hear(placed.payment, paid(placed))).opened).toBe(true);
    expect(await events(placed.order)).toEqual(['place', 'failPayment', 'pay']);
  });

  it.each(['card', 'wallet'])('parks what comes when the order has expired, by the rule of %s', async (processor) => {
    const { order, payment } = await shop.started({ processor });
    await shop.one.expiry.callOff(order.id, { actor: 'test', reason: 'given up' });
    const late = processor === 'card' ? shop.card.pay(payment.id) : shop.wallet.pay(payment.id);
    await shop.one.ledger.apply(payment, late, 'test');
    expect([(await row(payment)).parked, await shop.status(order)]).toEqual([{ cause: 'order_expired', action: processor === 'card' ? 'ask' : 'refund' }, 'expired']);
  });

  it('of two payments of one order at once opens it by one, and parks the other, ten times (fails without the lock of the order)', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { order, payment } = await shop.started();
      await hear(payment, { status: 'canceled' });
      const second = await shop.one.ledger.writeAnother({ id: randomUUIDv7(), orderId: order.id, processor: 'card' }, 'test');
      if (!second) throw new Error('No second payment.');
      await shop.one.sync.start(second, 'test');
      const heard = await Promise.all([hear(payment, paid({ order, payment })), hear(second, paid({ order, payment: second }), shop.other)]);
      expect(heard.filter(({ opened }) => opened)).toHaveLength(1);
      expect(heard.filter(({ parked }) => parked)).toHaveLength(1);
      expect(heard.map((one) => one.payment.parked?.cause ?? null).sort()).toEqual(['already_paid', null]);
    }
  });

  it('and the end of its time, at once, forty times: it opens, or is parked, and never neither (fails without the lock of the order)', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => shop.started()));
    await Promise.all(all.map(async (placed) => {
      const end = shop.other.orders.expire(placed.order.id, { actor: 'test', reason: null });
      const [isEnded, { opened, parked }] = await Promise.all([end, hear(placed.payment, paid(placed))]);
      expect([opened, parked, await shop.status(placed.order)]).toEqual(isEnded ? [false, true, 'expired'] : [true, false, 'open']);
    }));
  });
});

describe('money that comes too late', () => {
  it('goes back by itself without what went back already: that is written down first', async () => {
    const { order, payment } = await shop.started({ processor: 'wallet' });
    await shop.one.expiry.callOff(order.id, { actor: 'test', reason: 'given up' });
    shop.wallet.pay(payment.id, { refunds: [{ reference: 're_1', refundId: null, amountMinor: 1_000, status: 'succeeded', detail: null }] });
    await shop.one.sync.check(payment, 'test');
    expect(shop.consequences.back.filter(({ paymentId }) => paymentId === payment.id).map(({ what }) => what)).toEqual(['went', 'goes']);
  });

  it('by a call that was under way when it was called off, and whose answer is lost, is found by one more look', async () => {
    const placed = await shop.started();
    const { order, payment } = placed;
    shop.card.knowsNoCancel = true;
    shop.card.change(payment.id, { status: 'approved' });
    shop.card.before = async (verb) => {
      if (verb !== 'confirm') return;
      shop.card.before = () => Promise.resolve();
      await shop.other.expiry.callOff(order.id, { actor: 'scheduler', reason: 'late' });
      shop.card.pay(payment.id);
      throw new GatewayFailure('No answer', { kind: 'timeout', passing: true, mayHaveArrived: true });
    };
    await expect(shop.one.sync.confirm(payment, 'ada')).rejects.toThrow('No answer');
    expect([await shop.status(order), (await row(payment)).status]).toEqual(['expired', 'failed']);
    await lookAgain(placed);
    expect((await row(payment)).parked).toEqual({ cause: 'order_expired', action: 'ask' });
  });

  it.each(['payment_error', 'expired'] as const)('is looked for once, and then no more (%s)', async (status) => {
    const placed = await shop.started();
    shop.card.knowsNoCancel = true;
    if (status === 'expired') await shop.one.expiry.callOff(placed.order.id, { actor: 'test', reason: 'given up' });
    else await shop.one.sync.cancel(placed.payment, 'test');
    expect(await dueIn(placed)).toBe(60);
    await lookAgain(placed);
    expect([await shop.status(placed.order), (await row(placed.payment)).status, await dueIn(placed)]).toEqual([status, 'failed', null]);
  });

  /** Seconds until it is read back by itself. */
  const dueIn = async ({ payment }: Placed) => (await shop.sql<{ due: number | null }>(`select round(extract(epoch from next_check_at - updated_at))::int as due from payment where id = $1`, [payment.id]))[0]?.due;
  const lookAgain = async ({ payment }: Placed) => {
    await shop.sql(`update payment set next_check_at = now() where id = $1 and next_check_at is not null`, [payment.id]);
    await shop.one.checks.perform({ id: payment.id });
  };
});

describe('another payment of an order', () => {
  const another = ({ order }: Placed, processor = 'card', replica = shop.one) => replica.ledger.writeAnother({ id: randomUUIDv7(), orderId: order.id, processor }, 'ada');

  it('is one, asked for by twenty at once at two replicas (fails without "payment_living_key")', async () => {
    const placed = await shop.started();
    await hear(placed.payment, { status: 'canceled' });
    const written = await twenty((replica) => another(placed, 'wallet', replica));
    expect(written.filter(Boolean)).toMatchObject([{ status: 'created', processor: 'wallet', amountMinor: 4_900, currency: 'USD', orderNumber: placed.order.number }]);
    expect(await shop.one.ledger.ofOrder(placed.order.id)).toHaveLength(2);
  });

  it('is waited for again, and its history says by whom; where the former has not failed, nothing moves', async () => {
    const placed = await shop.started();
    await hear(placed.payment, { status: 'canceled' });
    expect(await shop.status(placed.order)).toBe('payment_error');
    await another(placed, 'wallet');
    expect(await shop.status(placed.order)).toBe('pending');
    expect(await shop.sql(`select event, actor, from_status, to_status, reason from order_history where order_id = $1 order by id desc limit 1`, [placed.order.id])).toEqual([{ event: 'awaitPayment', actor: 'ada', from_status: 'payment_error', to_status: 'pending', reason: 'To be paid by wallet.' }]);
    await another(placed, 'wallet');
    expect(await events(placed.order)).toEqual(['place', 'failPayment', 'awaitPayment']);
  });

  it.each<[string, (placed: Placed) => Promise<unknown>]>([
    ['has one that can be paid', () => Promise.resolve()],
    ['is paid for', (placed) => hear(placed.payment, paid(placed))],
    ['is given up', ({ order }) => shop.one.expiry.callOff(order.id, { actor: 'test', reason: 'given up' })],
    ['has had its time, though nobody has seen to that yet', async (placed) => hear(placed.payment, { status: 'canceled' }).then(() => shop.runOut(placed.order))],
    ['has money that waits for an operator', ({ payment }) => hear(payment, { status: 'captured', capturedMinor: 1 })],
  ])('is not written for one that %s', async (_, change) => {
    const placed = await shop.started();
    await change(placed);
    expect(await another(placed)).toBeUndefined();
  });

  it('is not written beside money that is being parked while it waits for the order (fails with lock and look in one statement)', async () => {
    const placed = await shop.started();
    await hear(placed.payment, { status: 'canceled' });
    const blocker = await block(shop.databaseUrl, `with o as (select from orders where id = '${placed.order.id}' for no key update), p as (update payment set status = 'captured', captured_at = now(), captured_minor = 1, parked_cause = 'amount_differs', parked_action = 'ask' where id = '${placed.payment.id}') select from o`);
    const written = another(placed, 'wallet', shop.other);
    await until('it waits for the order', async () => (await shop.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === 1);
    await blocker.release();
    expect(await written).toBeUndefined();
  });

  it('follows one that was given up before any buyer heard of it; but not one that a buyer may have seen', async () => {
    const [unheard, seen] = [await shop.place(), await shop.started()];
    expect([await shop.one.ledger.abandon(unheard.payment), await shop.one.ledger.abandon(seen.payment)]).toEqual([true, false]);
    expect([(await another(unheard))?.status, await another(seen)]).toEqual(['created', undefined]);
    // Should its gateway have heard of it all the same, nobody is sent there.
    expect((await shop.one.sync.start(unheard.payment, 'test')).payment.status).toBe('failed');
  });
});

describe('an order whose time is over', () => {
  const expire = async (placed: Placed, replica = shop.one) => {
    await shop.runOut(placed.order);
    await replica.expiry.perform({ id: placed.order.id });
    return shop.status(placed.order);
  };
  const expireAfter = async (placed: Placed, overdue: string) => {
    await shop.sql(`update orders set expires_at = now() - $2::interval, expiry_check_at = now() where id = $1`, [placed.order.id, overdue]);
    await shop.one.expiry.perform({ id: placed.order.id });
    return shop.status(placed.order);
  };

  it('ends, and its payment is called off first', async () => {
    const placed = await shop.started();
    expect(await expire(placed)).toBe('expired');
    expect([shop.card.find(placed.payment.id).status, (await row(placed.payment)).status]).toEqual(['canceled', 'failed']);
  });

  it('is opened instead where it turns out to be paid for', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id);
    expect([await expire(placed), openings(placed.order.number)]).toEqual(['open', 1]);
  });

  it('waits for a gateway that cannot be asked, for a while; money that comes later is parked', async () => {
    const placed = await shop.started();
    shop.card.before = AWAY;
    expect(await expire(placed)).toBe('pending');
    expect(await expireAfter(placed, '16 minutes')).toBe('expired');
    shop.card.reset();
    shop.card.pay(placed.payment.id);
    await shop.sql(`update payment set next_check_at = now() where id = $1`, [placed.payment.id]);
    await shop.one.checks.perform({ id: placed.payment.id });
    expect((await row(placed.payment)).parked).toEqual({ cause: 'order_expired', action: 'ask' });
  });

  it('waits for days where its gateway is at work on the payment, and is opened by it', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'processing' });
    expect([await expire(placed), await expireAfter(placed, '6 days 23 hours')]).toEqual(['pending', 'pending']);
    shop.card.pay(placed.payment.id);
    await shop.one.sync.check(placed.payment, 'test');
    expect([await shop.status(placed.order), (await row(placed.payment)).parked]).toEqual(['open', null]);
  });

  it('waits for that not for ever', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'processing' });
    expect(await expireAfter(placed, '7 days 1 second')).toBe('expired');
  });

  it('has a payment that was never started called off as well, so that no buyer comes upon it later', async () => {
    const placed = await shop.place();
    expect(await expire(placed)).toBe('expired');
    expect(shop.card.find(placed.payment.id).status).toBe('canceled');
  });
});

describe('a payment that nobody has heard of for a while', () => {
  const check = async ({ payment }: Placed, replica = shop.one) => {
    await shop.sql(`update payment set next_check_at = now() where id = $1`, [payment.id]);
    expect((await replica.checks.findDue(1_000)).map(({ id }) => id)).toContain(payment.id);
    await replica.checks.perform({ id: payment.id });
  };

  it('is read back, by one at a time, and opens its order', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id);
    shop.card.reset();
    await shop.sql(`update payment set next_check_at = now() where id = $1`, [placed.payment.id]);
    await twenty((replica) => replica.checks.perform({ id: placed.payment.id }));
    expect([shop.card.calls('verify'), openings(placed.order.number), await shop.status(placed.order)]).toEqual([1, 1, 'open']);
  });

  it('is started again when whoever was to start it died: it is the same payment', async () => {
    const placed = await shop.place();
    await check(placed);
    expect([(await row(placed.payment)).status, shop.card.knows(placed.payment.id)]).toEqual(['started', true]);
  });

  it('goes on waiting, later each time, with the words of a gateway that is away', async () => {
    const placed = await shop.started();
    shop.card.before = AWAY;
    await check(placed);
    expect((await row(placed.payment)).failure).toEqual({ kind: 'server', detail: 'Service Unavailable' });
    expect((await shop.one.checks.findDue(1_000)).map(({ id }) => id)).not.toContain(placed.payment.id);
    shop.card.reset();
    await check(placed);
    expect((await row(placed.payment)).failure).toBeNull();
  });

  it.each([
    ['for ever', { kind: 'network', passing: true }, 'created'],
    ['for ever', { kind: 'rejected', passing: false, mayHaveArrived: true }, 'created'],
    ['no more', { kind: 'rejected', passing: false }, 'failed'],
  ] as const)('and has never been started, for an order that has ended, is asked about %s (%j)', async (_, facts, status) => {
    const placed = await shop.place();
    await shop.one.orders.expire(placed.order.id, STAFF);
    shop.card.before = () => Promise.reject(new GatewayFailure('No.', facts));
    await check(placed);
    const [{ due } = { due: null }] = await shop.sql<{ due: boolean }>(`select next_check_at is not null as due from payment where id = $1`, [placed.payment.id]);
    expect([(await row(placed.payment)).status, due]).toEqual([status, status === 'created']);
  });

  it('that its gateway will not start goes on waiting while its order waits: another key may be put in', async () => {
    const placed = await shop.place();
    shop.card.before = () => Promise.reject(new GatewayFailure('No.', { kind: 'rejected', passing: false }));
    await check(placed);
    expect((await row(placed.payment)).status).toBe('created');
  });

  it('is called off when its order does not wait for it any more', async () => {
    const placed = await shop.started();
    await shop.one.database.transaction((runner) => shop.one.orders.pay(runner, placed.order.id, { processor: 'card', reference: null }, STAFF));
    await check(placed);
    expect([shop.card.find(placed.payment.id).status, (await row(placed.payment)).status]).toEqual(['canceled', 'failed']);
  });
});
