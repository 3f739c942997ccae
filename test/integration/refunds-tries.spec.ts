import type { SettledLine } from '#orders';
import { PRICE_MINOR, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
beforeAll(async () => {
  shop = await openRefundingShop();
});
afterAll(() => shop.close());

const reason = 'the learner asked';

describe('the tries of a refund', () => {
  it('are one while it waits for whoever delivers its line (fails where each leaves one)', async () => {
    const sold = await shop.sell({ deliver: false });
    const { id, number } = await shop.refunds.request({ orderNumber: sold.orderNumber, reason }, staff);
    await shop.refunds.approve(number, olga);
    const goOn = async () => {
      await shop.makeDue(id);
      await shop.access.perform({ id });
      return (await shop.reader.detail(number)).attemptLog;
    };
    for (let times = 0; times < 4; times += 1) await goOn();
    expect(await shop.reader.byNumber(number)).toMatchObject({ status: 'money_returned', failure: null });
    const attemptLog = await goOn();
    expect(attemptLog.map(({ half, outcome, requestedBy }) => `${half} ${outcome} ${requestedBy}`)).toEqual(['money done operator:olga', 'access waiting operator:olga', 'access waiting scheduler']);
    const last = attemptLog.at(-1);
    expect(Number(last?.endedAt)).toBeGreaterThan(Number(last?.startedAt));
    const released = sold.claim.lines.map(({ line, claimId }): SettledLine => ({ lineId: line.id, claimId, settlement: { result: 'released' }, attempt: null, mayHaveArrived: false }));
    await shop.settling.settle(sold.claim, 'staff', released);
    expect((await goOn()).map(({ outcome }) => outcome)).toEqual(['done', 'waiting', 'waiting', 'done']);
  });

  it('are one while its gateway has taken it on, however often that is looked at (fails where each look leaves one)', async () => {
    const { orderNumber, paymentId } = await shop.sell();
    const { id, number } = await shop.refunds.request({ orderNumber, reason }, staff);
    shop.gateway.script = ['pending'];
    await shop.refunds.approve(number, olga);
    const looks = async () => {
      await shop.makeDue(id);
      await shop.money.perform({ id });
      return (await shop.reader.detail(number)).attemptLog.map(({ half, outcome, requestedBy, detail }) => [half, outcome, requestedBy, detail]);
    };
    for (let times = 0; times < 4; times += 1) await looks();
    const [made] = shop.gateway.of(paymentId);
    const waiting = [['money', 'waiting', 'operator:olga', made?.reference], ['money', 'waiting', 'scheduler', made?.reference]];
    expect(await looks()).toEqual(waiting);
    shop.gateway.becomes(made?.reference ?? '', 'succeeded');
    expect(await looks()).toEqual([...waiting, ['money', 'done', 'scheduler', made?.reference]]);
    expect((await shop.payment(paymentId)).refundedMinor).toBe(PRICE_MINOR);
  });

  it('are shown as the latest ones, however many there were', async () => {
    const { orderNumber } = await shop.sell();
    const refund = await shop.refunds.request({ orderNumber, reason }, staff);
    await shop.shop.sql(
      `insert into refund_attempt (claim_id, refund_id, half, requested_by, started_at, ended_at, outcome, detail) select gen_random_uuid(), $1, 'access', 'x', now() - n * interval '1 minute', now(), 'failed', n from generate_series(1, 500) n`,
      [refund.id],
    );
    const { attemptLog } = await shop.reader.detail(refund.number);
    expect([attemptLog.length, attemptLog.at(0)?.detail, attemptLog.at(-1)?.detail]).toEqual([200, '200', '1']);
  });
});
