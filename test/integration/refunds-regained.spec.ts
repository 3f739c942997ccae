import { PRICE_MINOR, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
let revoking: Awaited<ReturnType<RefundingShop['replica']>>;
beforeAll(async () => {
  shop = await openRefundingShop();
  revoking = await shop.replica({ outsideRefunds: 'revoke', disputes: 'revoke' });
});
afterAll(() => shop.close());

const noticeBy = (paymentId: string, parts: typeof revoking) => shop.notice(paymentId, { ...shop, ...parts });
const only = async (orderId: string) => {
  const refunds = await shop.reader.ofOrder(orderId);
  expect(refunds).toHaveLength(1);
  return refunds[0];
};
const dispute = (paymentId: string, status: 'open' | 'won', amountMinor = PRICE_MINOR) => shop.gateway.disputes.set(paymentId, [{ reference: `dp_${paymentId}`, amountMinor, status }]);

/** What the gateway said a moment ago, and is applied only now. */
const said = async (paymentId: string) => shop.gateway.state({ ...(await shop.payment(paymentId)), paymentId });

describe('an answer that comes late', () => {
  it('takes no access for a dispute that was won since, though nobody had heard of the dispute (fails where only what is gone is written)', async () => {
    const { paymentId, order } = await shop.sell();
    dispute(paymentId, 'open');
    const before = await said(paymentId);
    dispute(paymentId, 'won');
    await noticeBy(paymentId, revoking);
    await revoking.refunds.observe(await shop.payment(paymentId), before);
    expect(await only(order.id)).toMatchObject({ origin: 'dispute', status: 'denied', moneyIsBack: true, lines: [] });
    expect([(await shop.payment(paymentId)).refundedMinor, await shop.statuses(order.id)]).toEqual([0, ['fulfilled']]);
  });

  it("takes none for a refund of the gateway's console that failed since", async () => {
    const { paymentId, order } = await shop.sell();
    const { reference } = shop.gateway.console(paymentId, PRICE_MINOR, 'pending');
    const before = await said(paymentId);
    shop.gateway.becomes(reference, 'failed', 'No such account.');
    await noticeBy(paymentId, revoking);
    await revoking.refunds.observe(await shop.payment(paymentId), before);
    expect(await only(order.id)).toMatchObject({ origin: 'gateway', status: 'denied', moneyIsBack: true });
    expect((await shop.payment(paymentId)).refundedMinor).toBe(0);
  });

  it('writes nothing of a refund of ours that failed, and was denied since', async () => {
    const { paymentId, order, orderNumber } = await shop.sell();
    const { number } = await shop.refunds.request({ orderNumber, reason: 'asked' }, staff);
    await shop.refunds.approve(number, olga);
    const before = await said(paymentId);
    shop.gateway.becomes(shop.gateway.of(paymentId)[0]?.reference ?? '', 'failed', 'No such account.');
    await shop.notice(paymentId);
    await shop.refunds.deny(number, olga);
    await shop.refunds.observe(await shop.payment(paymentId), before);
    await shop.notice(paymentId);
    expect(await only(order.id)).toMatchObject({ origin: 'request', status: 'denied' });
    expect((await shop.payment(paymentId)).refundedMinor).toBe(0);
  });
});

describe('a dispute', () => {
  it('that is won while somebody is about to take the access leaves what he did not take (fails without a look at whose the money is)', async () => {
    const { paymentId, order, lineIds } = await shop.sell({ lineCount: 2 });
    dispute(paymentId, 'open', 2 * PRICE_MINOR);
    await noticeBy(paymentId, revoking);
    const { id = '' } = (await only(order.id)) ?? {};
    await shop.claims.take(id, 'access', 'scheduler');
    dispute(paymentId, 'won', 2 * PRICE_MINOR);
    for (let times = 0; times < 2; times += 1) await noticeBy(paymentId, revoking);
    // He had one of them when he died, and another one goes on.
    await shop.handler.handleReturnEvent(await shop.orderReader.byId(order.id), lineIds.slice(0, 1), { kind: 'refund', actor: 'refund', reason: 'x' });
    shop.provider.called.length = 0;
    await shop.makeDue(id);
    await revoking.access.perform({ id });
    expect([shop.provider.called, await shop.statuses(order.id)]).toEqual([[], ['revoked', 'fulfilled']]);
    expect(await only(order.id)).toMatchObject({ status: 'denied', moneyIsBack: true, accessNote: expect.stringContaining('Some of the access was taken') as string });
    // What was left may be asked for again.
    expect((await shop.refunds.request({ orderNumber: order.number, lineIds: lineIds.slice(1), reason: 'asked' }, staff)).status).toBe('requested');
  });

  it('that is won while somebody takes the access waits for him, and says so (fails without a look at who has the line)', async () => {
    const { paymentId, order, lineIds } = await shop.sell();
    dispute(paymentId, 'open');
    await noticeBy(paymentId, revoking);
    const { id = '' } = (await only(order.id)) ?? {};
    await shop.claims.take(id, 'access', 'scheduler');
    const claim = (await shop.orders.claimRevocation(order.id, { kind: 'refund', actor: 'refund', reason: 'x' }, { statuses: ['fulfilled'], lineIds }))?.claim;
    if (!claim) throw new Error('The line is free.');
    dispute(paymentId, 'won');
    await noticeBy(paymentId, revoking);
    await shop.makeDue(id);
    await revoking.access.perform({ id });
    expect((await only(order.id))?.status).toBe('money_returned');
    await shop.settling.settle(claim, 'refund', claim.lines.map(({ line, claimId }) => ({ lineId: line.id, claimId, settlement: { result: 'revoked', reason: null }, attempt: null, mayHaveArrived: false })));
    await shop.makeDue(id);
    await revoking.access.perform({ id });
    expect(await only(order.id)).toMatchObject({ status: 'complete', moneyIsBack: true, accessNote: expect.stringContaining('The access was taken') as string });
    expect((await shop.payment(paymentId)).refundedMinor).toBe(0);
  });
});
