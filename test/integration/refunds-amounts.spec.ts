import { OrderHistory, OrdersDatabase } from '#orders';
import { Invoices, PaymentReader } from '#payments';
import { NO_ANSWER, PRICE_MINOR, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
beforeAll(async () => {
  shop = await openRefundingShop();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.gateway.script = [];
  shop.gateway.during = () => Promise.resolve();
});

const reason = 'the learner asked';

describe('the money of a refund', () => {
  it.each([
    ['succeeded', 1_000],
    ['succeeded', PRICE_MINOR + 1],
    ['pending', 1_000],
  ] as const)('that was %s at another amount (%i) is read back as what nobody asked for: an operator looks, and nothing is taken', async (status, amountMinor) => {
    const { paymentId, order, orderNumber } = await shop.sell();
    const { number, id } = await shop.refunds.request({ orderNumber, reason }, staff);
    shop.gateway.script = [{ arrivesThen: NO_ANSWER }];
    await shop.refunds.approve(number, olga);
    const index = shop.gateway.refunds.findIndex((refund) => refund.paymentId === paymentId);
    const made = shop.gateway.refunds[index];
    if (made) shop.gateway.refunds[index] = { ...made, amountMinor, status };
    if (status === 'succeeded') await shop.notice(paymentId);
    await shop.makeDueIfWaiting(id);
    await shop.money.perform({ id });
    for (let times = 0; times < 3; times += 1) await shop.notice(paymentId);
    expect(await shop.reader.byNumber(number)).toMatchObject({ status: 'money_error', mayHaveArrived: true, failure: { detail: expect.stringContaining(`returned ${amountMinor} instead of ${PRICE_MINOR}`) as string } });
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: 0, reservedMinor: PRICE_MINOR });
    expect([await shop.statuses(order.id), (await shop.shop.sql(`select 1 from order_history where order_id = $1 and event = 'failRefundMoney'`, [order.id])).length]).toEqual([['fulfilled'], 1]);
  });

  it('of money in another currency than the order, which an operator accepted, is in that currency', async () => {
    const { paymentId, orderNumber, lineIds } = await shop.sell({ lineCount: 2 });
    await shop.shop.sql(`update payment set captured_currency = 'EUR' where id = $1`, [paymentId]);
    await expect(shop.refunds.request({ orderNumber, lineIds: lineIds.slice(0, 1), reason }, staff)).rejects.toMatchObject({ code: 'amount_invalid' });
    await expect(shop.refunds.request({ orderNumber, amountMinor: 2 * PRICE_MINOR + 1, reason }, staff)).rejects.toMatchObject({ code: 'over_refund', currency: 'EUR' });
    expect(await shop.refunds.request({ orderNumber, reason }, staff)).toMatchObject({ currency: 'EUR', amountMinor: 2 * PRICE_MINOR });
  });

  // Fails where the record of somebody else's refund keeps the reference.
  it.each([
    ['ask', 1_000],
    ['revoke', PRICE_MINOR],
  ] as const)('is counted once where the gateway told of it without our mark before it answered (outside refunds: %s; %i)', async (outsideRefunds, amountMinor) => {
    const parts = await shop.replica({ outsideRefunds });
    const { paymentId, orderNumber, order } = await shop.sell();
    const { number } = await shop.refunds.request({ orderNumber, amountMinor, reason }, staff);
    const unmarked = async () => {
      const payment = await shop.payment(paymentId);
      const state = shop.gateway.state({ ...payment, paymentId });
      await parts.refunds.observe(payment, { ...state, refunds: state.refunds.map((refund) => ({ ...refund, refundId: null })) });
    };
    shop.gateway.during = unmarked;
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'complete', reference: shop.gateway.of(paymentId)[0]?.reference });
    await unmarked();
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: amountMinor, reservedMinor: 0 });
    expect((await shop.reader.ofOrder(order.id)).map(({ origin, status, moneyIsBack, reference }) => [origin, status, moneyIsBack, reference === null])).toEqual([
      ['request', 'complete', false, false],
      ['gateway', 'denied', true, true],
    ]);
    expect(await shop.statuses(order.id)).toEqual(['fulfilled']);
  });

  it('of an invoice that nobody has paid leaves owed what is left of it, and nothing when all went back', async () => {
    const { order, orderNumber, paymentId } = await shop.sell({ processor: 'invoice' });
    await shop.shop.sql('update payment set owed = true where id = $1', [paymentId]);
    const database = new OrdersDatabase(shop.shop.em);
    const owed = async () => (await new PaymentReader(database).list({ owed: true }, 100, null)).payments.map(({ id }) => id);
    const giveBack = async (terms: object) => shop.refunds.approve((await shop.refunds.request({ orderNumber, reason, ...terms }, staff)).number, olga);
    await giveBack({ amountMinor: 1_000 });
    expect(await owed()).toEqual([paymentId]);
    await giveBack({});
    expect(await owed()).toEqual([]);
    const invoices = new Invoices(database, shop.payments, new OrderHistory());
    await expect(invoices.settle({ order, reference: 'TR-1', actor: 'olga', reason })).rejects.toMatchObject({ code: 'nothing_owed' });
  });
});
