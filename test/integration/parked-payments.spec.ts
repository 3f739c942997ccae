import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { AlreadyOwnedError, type Mover } from '#orders';
import { GatewayFailure, InvoiceSettledError, NothingOwedError, OrderPaidError, PaymentNotParkedError, type Payment } from '#payments';
import { newLine, newOrder } from '../support/orders.js';
import { openPaidShop, type PaidShop, type Replica } from '../support/paid-shop.js';

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

describe('a sum that is read otherwise than was asked for, and then as it was: it was read wrong', () => {
  /** Its order waits, and its gateway is said to have taken one cent. */
  const misread = async (processor = 'card') => {
    const placed = await shop.started({ processor });
    const [gateway, { payment }] = [processor === 'card' ? shop.card : shop.wallet, placed];
    gateway.pay(payment.id, { capturedMinor: 1 });
    await shop.one.sync.check(payment, 'test');
    gateway.change(payment.id, { capturedMinor: 4_900 });
    return placed;
  };

  it('opens its order, once, by twenty at once', async () => {
    const placed = await misread();
    const heard = await twenty((replica) => replica.sync.check(placed.payment, 'webhook:card'));
    expect(heard.filter(({ opened }) => opened)).toHaveLength(1);
    expect(await row(placed.payment)).toMatchObject({ capturedMinor: 4_900, openedOrder: true, parked: null });
    expect([await shop.status(placed.order), openings(placed.order.number), await events(placed.order)]).toEqual(['open', 1, ['place', 'parkPayment', 'pay']]);
  });

  it('stays for an operator where its order has ended meanwhile, in the right sum: also where late money goes back by itself', async () => {
    const { order, payment } = await misread('wallet');
    await shop.one.orders.expire(order.id, STAFF);
    await shop.one.sync.check(payment, 'test');
    expect(await row(payment)).toMatchObject({ capturedMinor: 4_900, openedOrder: false, parked: { cause: 'order_expired', action: 'ask' } });
  });

  it('is written down also when it is wrong again', async () => {
    const { payment } = await misread();
    shop.card.change(payment.id, { capturedMinor: 4_000, currency: 'EUR' });
    await shop.one.sync.check(payment, 'test');
    expect(await row(payment)).toMatchObject({ capturedMinor: 4_000, capturedCurrency: 'EUR', parked: { cause: 'amount_differs', action: 'ask' } });
  });

  it.each<[string, string]>([
    ['something was decided', `parked_action = 'done'`],
    ['money of it is on its way back', `reserved_minor = 1`],
    ['money of it went back', `refunded_minor = 1`],
  ])('changes nothing more when %s', async (_, change) => {
    const { order, payment } = await misread();
    await shop.sql(`update payment set ${change} where id = $1`, [payment.id]);
    await shop.one.sync.check(payment, 'test');
    expect([(await row(payment)).capturedMinor, (await row(payment)).parked?.cause, await shop.status(order)]).toEqual([1, 'amount_differs', 'pending']);
  });

  it('is what an operator finds who wants to return it, or to accept it: the first is told that its order is open, the second has what he wants', async () => {
    const [returned, accepted] = [await misread(), await misread()];
    await expect(shop.one.parked.toReturn(returned.payment.id, 'olga')).rejects.toThrow('it has opened its order');
    expect(await shop.one.parked.accept(accepted.payment.id, STAFF)).toMatchObject({ openedOrder: true, capturedMinor: 4_900, parked: null });
    expect([openings(returned.order.number), openings(accepted.order.number)]).toEqual([1, 1]);
  });
});

describe('parked money', () => {
  /** An order that has expired, and its money after that. */
  const late = async (change: Parameters<PaidShop['started']>[0] = {}) => {
    const placed = await shop.started(change);
    await shop.one.expiry.callOff(placed.order.id, { actor: 'test', reason: 'given up' });
    shop.card.pay(placed.payment.id);
    await shop.one.sync.check(placed.payment, 'test');
    return placed;
  };

  it('opens its order when an operator accepts it, once by twenty at once', async () => {
    const placed = await late();
    const accepted = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? shop.one : shop.other).parked.accept(placed.payment.id, STAFF)));
    expect(accepted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of accepted) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(PaymentNotParkedError);
    expect([await shop.status(placed.order), openings(placed.order.number), (await row(placed.payment)).parked?.action]).toEqual(['open', 1, 'done']);
    expect((await events(placed.order)).slice(-2)).toEqual(['pay', 'acceptPayment']);
  });

  it('opens it also when it is another sum', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id, { capturedMinor: 4_000 });
    await shop.one.sync.check(placed.payment, 'test');
    expect(await shop.one.parked.accept(placed.payment.id, STAFF)).toMatchObject({ openedOrder: true, capturedMinor: 4_000, parked: { cause: 'amount_differs', action: 'done' } });
  });

  it('opens nothing when the learner has the product by another order: it stays parked', async () => {
    const product = randomUUIDv7();
    const learner = { username: `owner-${randomUUID().slice(0, 8)}`, email: null, address: null };
    const placed = await late({ learner, lines: [newLine({ productId: product })] });
    await shop.one.settledOrders.place(newOrder({ learner, lines: [newLine({ productId: product })] }));
    await expect(shop.one.parked.accept(placed.payment.id, STAFF)).rejects.toThrow(AlreadyOwnedError);
    expect([await shop.status(placed.order), (await row(placed.payment)).parked?.action]).toEqual(['expired', 'ask']);
  });

  it('is given to be returned as its gateway has it now, and not where that cannot be asked or has taken nothing: it stays parked', async () => {
    const [other, away, nothing] = [await shop.started(), await late(), await shop.started()];
    for (const { payment } of [other, nothing]) {
      shop.card.pay(payment.id, { capturedMinor: payment === other.payment ? 1 : 0 });
      await shop.one.sync.check(payment, 'test');
    }
    shop.card.change(other.payment.id, { capturedMinor: 4_000 });
    expect(await shop.one.parked.toReturn(other.payment.id, 'olga')).toMatchObject({ capturedMinor: 4_000, parked: { action: 'ask' } });
    await expect(shop.one.parked.toReturn(nothing.payment.id, 'olga')).rejects.toThrow('took nothing');
    shop.card.before = AWAY;
    await expect(shop.one.parked.toReturn(away.payment.id, 'olga')).rejects.toThrow(GatewayFailure);
    for (const { payment } of [away, nothing]) expect((await row(payment)).parked?.action).toBe('ask');
  });

  it('opens nothing when its order was opened otherwise, when money of it went back, or when its gateway cannot say', async () => {
    const [open, back, away, unparked] = [await late(), await late(), await late(), await shop.started()];
    await shop.one.database.transaction((runner) => shop.one.orders.pay(runner, open.order.id, { processor: 'card', reference: null }, STAFF));
    await shop.sql(`update payment set refunded_minor = 1 where id = $1`, [back.payment.id]);
    await expect(shop.one.parked.accept(open.payment.id, STAFF)).rejects.toThrow(OrderPaidError);
    await expect(shop.one.parked.accept(back.payment.id, STAFF)).rejects.toThrow(PaymentNotParkedError);
    await expect(shop.one.parked.accept(unparked.payment.id, STAFF)).rejects.toThrow(PaymentNotParkedError);
    shop.card.before = AWAY;
    await expect(shop.one.parked.accept(away.payment.id, STAFF)).rejects.toThrow(GatewayFailure);
    expect([await shop.status(back.order), await shop.status(away.order)]).toEqual(['expired', 'expired']);
  });
});

describe('an invoice', () => {
  const owed = async () => {
    const order = newOrder();
    const { id: orderId, totalMinor: amountMinor, currency } = order;
    let number = '';
    await shop.one.settledOrders.place(order, {
      before: () => Promise.resolve(true),
      after: async (runner, orderNumber) => {
        number = orderNumber;
        await shop.one.ledger.writeOwed(runner, { id: randomUUIDv7(), orderId, orderNumber, processor: 'invoice', amountMinor, currency });
      },
    });
    return { id: orderId, number };
  };
  const settle = (order: { id: string; number: string }, replica = shop.one) => replica.invoices.settle({ order, reference: 'TR-1', actor: 'olga', reason: 'the bank says so' });

  it('is marked paid once, by twenty at once, and the history says by what', async () => {
    const order = await owed();
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => settle(order, index % 2 === 0 ? shop.one : shop.other)));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(InvoiceSettledError);
    expect(await shop.sql(`select actor, reason, change from order_history where order_id = $1 and event = 'settleInvoice'`, [order.id])).toEqual([{ actor: 'olga', reason: 'the bank says so', change: { reference: { from: null, to: 'TR-1' } } }]);
  });

  it('is nothing that an order has which was paid for at a gateway, or cost nothing', async () => {
    const placed = await shop.started();
    await expect(settle(placed.order)).rejects.toThrow(NothingOwedError);
  });

  it('is listed until it is paid', async () => {
    const order = await owed();
    const numbers = async () => (await shop.one.payments.list({ owed: true }, 100, null)).payments.map(({ orderNumber }) => orderNumber);
    expect(await numbers()).toContain(order.number);
    await settle(order);
    expect(await numbers()).not.toContain(order.number);
  });
});
