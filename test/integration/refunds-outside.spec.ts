import { PRICE_MINOR, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
let revoking: Awaited<ReturnType<RefundingShop['replica']>>;
let keeping: Awaited<ReturnType<RefundingShop['replica']>>;
beforeAll(async () => {
  shop = await openRefundingShop();
  revoking = await shop.replica({ outsideRefunds: 'revoke', disputes: 'revoke' });
  keeping = await shop.replica({ outsideRefunds: 'keep', disputes: 'keep' });
});
afterAll(() => shop.close());

type Parts = typeof revoking;
const noticeBy = (paymentId: string, parts: Parts) => shop.notice(paymentId, { ...shop, ...parts });
const only = async (orderId: string) => {
  const refunds = await shop.reader.ofOrder(orderId);
  expect(refunds).toHaveLength(1);
  return refunds[0];
};
const dispute = (paymentId: string, status: 'open' | 'won' | 'lost', amountMinor = PRICE_MINOR) => shop.gateway.disputes.set(paymentId, [{ reference: `dp_${paymentId}`, amountMinor, status }]);

describe("a refund in the gateway's own console", () => {
  it('is recorded once for 20 notices at once, and the access is taken where the rule says so (fails without the lock on the payment)', async () => {
    const { paymentId, order } = await shop.sell();
    shop.gateway.console(paymentId, PRICE_MINOR);
    await Promise.all(Array.from({ length: 20 }, () => noticeBy(paymentId, revoking)));
    const refund = await only(order.id);
    expect(refund).toMatchObject({ origin: 'gateway', status: 'money_returned', access: 'revoke', decidedBy: 'rule:outside-refunds' });
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: PRICE_MINOR, reservedMinor: 0 });
    await revoking.access.perform({ id: refund?.id ?? '' });
    expect([(await only(order.id))?.status, await shop.orderStatus(order.id)]).toEqual(['complete', 'refunded']);
  });

  it('of a part asks which lines it was for, whatever the rule; an operator says', async () => {
    const { paymentId, order, lineIds } = await shop.sell({ lineCount: 2 });
    shop.gateway.console(paymentId, PRICE_MINOR);
    await noticeBy(paymentId, revoking);
    const refund = await only(order.id);
    expect(refund).toMatchObject({ status: 'requested', lines: [] });
    await expect(shop.refunds.approve(refund?.number ?? '', olga)).rejects.toMatchObject({ code: 'lines_required' });
    expect(await shop.refunds.approve(refund?.number ?? '', { ...olga, lineIds: lineIds.slice(0, 1) })).toMatchObject({ status: 'complete' });
    expect(await shop.statuses(order.id)).toEqual(['revoked', 'fulfilled']);
  });

  it('of all asks, and keeps from being delivered what was not; denied, the access stays and the money stays counted', async () => {
    const { paymentId, order, claim } = await shop.sell({ deliver: false });
    await shop.settling.settle(claim, 'staff', claim.lines.map(({ line, claimId }) => ({ lineId: line.id, claimId, settlement: { result: 'released' }, attempt: null, mayHaveArrived: false })));
    shop.gateway.console(paymentId, PRICE_MINOR);
    await shop.notice(paymentId);
    const refund = await only(order.id);
    expect([refund?.status, (await shop.lineRows(order.id))[0]?.['held_for']]).toEqual(['requested', refund?.id]);
    await shop.refunds.deny(refund?.number ?? '', olga);
    expect([(await shop.lineRows(order.id))[0]?.['held_at'], (await shop.payment(paymentId)).refundedMinor]).toEqual([null, PRICE_MINOR]);
    await shop.notice(paymentId);
    await only(order.id);
  });

  it('leaves the access where the rule says so', async () => {
    const { paymentId, order } = await shop.sell();
    shop.gateway.console(paymentId, PRICE_MINOR);
    await noticeBy(paymentId, keeping);
    expect([(await only(order.id))?.status, await shop.statuses(order.id)]).toEqual(['complete', ['fulfilled']]);
  });

  it('that failed gives the money back to us: it counts no more', async () => {
    const { paymentId, order } = await shop.sell();
    const { reference } = shop.gateway.console(paymentId, PRICE_MINOR);
    await shop.notice(paymentId);
    shop.gateway.becomes(reference, 'failed', 'No such account.');
    for (let times = 0; times < 3; times += 1) await shop.notice(paymentId);
    expect(await only(order.id)).toMatchObject({ status: 'denied', moneyIsBack: true });
    expect((await shop.payment(paymentId)).refundedMinor).toBe(0);
  });
});

describe('a dispute', () => {
  it('that is lost is money that went back; asked, the operator takes the access', async () => {
    const { paymentId, order } = await shop.sell();
    for (const status of ['open', 'lost', 'lost'] as const) {
      dispute(paymentId, status);
      await shop.notice(paymentId);
    }
    const refund = await only(order.id);
    expect([refund?.origin, refund?.status, (await shop.payment(paymentId)).refundedMinor]).toEqual(['dispute', 'requested', PRICE_MINOR]);
    expect((await shop.refunds.approve(refund?.number ?? '', olga)).status).toBe('complete');
    expect(await shop.orderStatus(order.id)).toBe('refunded');
  });

  it('that is won before anybody decided ends by itself, and what is heard late of it changes nothing', async () => {
    const { paymentId, order } = await shop.sell();
    for (const status of ['open', 'won', 'open'] as const) {
      dispute(paymentId, status);
      await shop.notice(paymentId);
    }
    expect(await only(order.id)).toMatchObject({ status: 'denied', moneyIsBack: true });
    expect([(await shop.payment(paymentId)).refundedMinor, await shop.statuses(order.id)]).toEqual([0, ['fulfilled']]);
  });

  it('that is won before its access could be taken leaves the access', async () => {
    const { paymentId, order } = await shop.sell();
    dispute(paymentId, 'open');
    await noticeBy(paymentId, revoking);
    dispute(paymentId, 'won');
    await noticeBy(paymentId, revoking);
    const refund = await only(order.id);
    await shop.access.perform({ id: refund?.id ?? '' });
    expect([refund?.status, await shop.statuses(order.id)]).toEqual(['denied', ['fulfilled']]);
  });

  it('that is won after the access was taken tells operators so', async () => {
    const { paymentId, order } = await shop.sell();
    dispute(paymentId, 'open');
    await noticeBy(paymentId, revoking);
    await shop.access.perform({ id: (await only(order.id))?.id ?? '' });
    dispute(paymentId, 'won');
    await noticeBy(paymentId, revoking);
    expect(await only(order.id)).toMatchObject({ status: 'complete', moneyIsBack: true, accessNote: expect.stringContaining('The dispute was won') });
    expect((await shop.payment(paymentId)).refundedMinor).toBe(0);
  });

  it('leaves no room for a refund that waits; the refund cannot be approved then', async () => {
    const { paymentId, orderNumber } = await shop.sell();
    const { number } = await shop.refunds.request({ orderNumber, reason: 'asked' }, staff);
    dispute(paymentId, 'open');
    await shop.notice(paymentId);
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: PRICE_MINOR, reservedMinor: 0 });
    await expect(shop.refunds.approve(number, olga)).rejects.toMatchObject({ code: 'over_refund', remainsMinor: 0 });
    expect((await shop.refunds.deny(number, olga)).status).toBe('denied');
  });
});

describe('money that came too late', () => {
  /** A payment that was captured for an order that another one opened. */
  async function parked(action: 'refund' | 'ask') {
    const sold = await shop.sell();
    const paymentId = await shop.pay(sold.order, { opens: false });
    await shop.shop.sql(`update payment set parked_cause = 'already_paid', parked_action = $2 where id = $1`, [paymentId, action]);
    return { ...sold, paymentId };
  }

  it('goes back once, whoever is told of it, and the access of the order stays (fails without the lock on the payment)', async () => {
    const { paymentId, order } = await parked('refund');
    const payment = await shop.payment(paymentId);
    await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? shop : revoking).refunds.returnLate(payment)));
    expect(await only(order.id)).toMatchObject({ origin: 'late', status: 'complete' });
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: PRICE_MINOR, parked: { action: 'done' } });
    expect([shop.gateway.of(paymentId).length, await shop.statuses(order.id)]).toEqual([1, ['fulfilled']]);
  });

  it('goes back by itself where whoever was to do it died', async () => {
    const { paymentId } = await parked('refund');
    expect((await shop.late.findDue(100)).map(({ id }) => id)).toContain(paymentId);
    await shop.late.perform({ id: paymentId });
    expect([(await shop.late.findDue(100)).map(({ id }) => id), shop.gateway.creditedMinor(paymentId)]).toEqual([[], PRICE_MINOR]);
  });

  it('waits for an operator where it is to be asked about, and goes back because he says so', async () => {
    const { paymentId } = await parked('ask');
    expect(await shop.refunds.returnLate(await shop.payment(paymentId))).toBeUndefined();
    expect(await shop.refunds.returnParked(await shop.payment(paymentId), olga)).toMatchObject({ status: 'complete', decidedBy: 'olga' });
    expect((await shop.payment(paymentId)).parked?.action).toBe('done');
  });

  it('of which nothing was taken stays parked: there is nothing to return', async () => {
    const { paymentId } = await parked('ask');
    await shop.shop.sql(`update payment set captured_minor = 0 where id = $1`, [paymentId]);
    expect(await shop.refunds.returnParked(await shop.payment(paymentId), olga)).toBeUndefined();
    expect((await shop.payment(paymentId)).parked?.action).toBe('ask');
  });

  it("that went back in the gateway's console is decided, and touches no access", async () => {
    const { paymentId, order } = await parked('ask');
    shop.gateway.console(paymentId, PRICE_MINOR);
    await noticeBy(paymentId, revoking);
    expect([(await only(order.id))?.status, (await shop.payment(paymentId)).parked?.action, await shop.statuses(order.id)]).toEqual(['complete', 'done', ['fulfilled']]);
  });
});
