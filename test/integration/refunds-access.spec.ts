import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import type { SettledLine } from '#orders';
import { newLine, newOrder } from '../support/orders.js';
import { PRICE_MINOR, checkout, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
let oneWay: Awaited<ReturnType<RefundingShop['replica']>>;
beforeAll(async () => {
  shop = await openRefundingShop();
  oneWay = await shop.replica({ canRevoke: false });
});
afterAll(() => shop.close());
afterEach(() => {
  shop.provider.isDown = false;
  shop.provider.script = [];
});

const reason = 'the learner asked';
const badGateway = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, mayHaveArrived: true, httpStatus: 502 });
const noSuchCourse = new DeliveryFailure({ kind: 'rejected', detail: 'No such course.', passing: false, mayHaveArrived: false, httpStatus: 400 });
type Sold = Awaited<ReturnType<RefundingShop['sell']>>;

const ask = ({ orderNumber }: Sold, terms: object = {}) => shop.refunds.request({ orderNumber, reason, ...terms }, staff);
/** A refund of all, approved, with both halves as far as they go. */
const giveBack = async (sold: Sold, terms: object = {}) => shop.refunds.approve((await ask(sold, terms)).number, olga);
/** Lets the access half go on now, and says how the refund stands. */
async function goOn({ id, number }: { id: string; number: string }) {
  await shop.makeDue(id);
  await shop.access.perform({ id });
  return shop.reader.byNumber(number);
}
/** Ends the claim of an order that is being delivered. */
const settle = ({ claim }: Sold, end: Partial<SettledLine> & Pick<SettledLine, 'settlement'>) =>
  shop.settling.settle(claim, 'staff', claim.lines.map(({ line, claimId }) => ({ lineId: line.id, claimId, attempt: null, mayHaveArrived: false, ...end })));

describe('the lines that an approval names', () => {
  it('are those that were asked for, or it is refused; others are never passed over', async () => {
    const sold = await shop.sell({ lineCount: 2 });
    const stranger = await shop.sell();
    const { number } = await ask(sold);
    const approve = (lineIds: readonly string[], terms: object = {}) => shop.refunds.approve(number, { ...olga, lineIds, ...terms });
    await expect(approve(sold.lineIds.slice(0, 1))).rejects.toMatchObject({ code: 'refund_lines', message: expect.stringContaining(String(sold.lineIds[1])) as string });
    await expect(approve([...sold.lineIds, ...stranger.lineIds])).rejects.toMatchObject({ code: 'line_not_found' });
    await expect(approve(sold.lineIds, { access: 'keep' })).rejects.toMatchObject({ code: 'refund_lines', message: expect.stringContaining('takes no access back') as string });
    expect((await shop.reader.byNumber(number)).status).toBe('requested');
    expect((await approve([...sold.lineIds].reverse())).status).toBe('complete');
  });
});

describe('access while the provider is down', () => {
  it('is pending and visible, and taken by itself when the provider is back', async () => {
    const sold = await shop.sell();
    shop.provider.isDown = true;
    const refund = await giveBack(sold);
    expect(refund).toMatchObject({ status: 'money_returned', failure: { kind: 'network', detail: 'The LMS is down.' }, nextAttemptAt: expect.any(Date) });
    expect([(await shop.payment(sold.paymentId)).refundedMinor, shop.has(sold.learner, sold.lines[0] ?? newLine())]).toEqual([PRICE_MINOR, true]);
    shop.provider.isDown = false;
    expect(await goOn(refund)).toMatchObject({ status: 'complete', failure: null });
    expect([shop.has(sold.learner, sold.lines[0] ?? newLine()), await shop.orderStatus(sold.order.id)]).toEqual([false, 'refunded']);
  });

  it('waits for an operator when it lasts too long, or will not pass; then he has it tried again', async () => {
    const sold = await shop.sell();
    shop.provider.isDown = true;
    const refund = await giveBack(sold);
    await shop.shop.sql(`update refund set tried_since = now() - interval '4 days' where id = $1`, [refund.id]);
    expect((await goOn(refund)).status).toBe('access_error');
    shop.provider.isDown = false;
    shop.provider.script = [null, noSuchCourse];
    expect(await shop.refunds.retry(refund.number, olga)).toMatchObject({ status: 'access_error', failure: { kind: 'rejected', detail: 'No such course.' } });
    expect((await shop.refunds.retry(refund.number, olga)).status).toBe('complete');
    expect((await shop.reader.detail(refund.number)).attemptLog.map(({ half, outcome }) => `${half} ${outcome}`)).toEqual(['money done', 'access failed', 'access failed', 'access failed', 'access done']);
  });

  it('is ended by an operator who takes it back himself: nobody is called', async () => {
    const sold = await shop.sell();
    shop.provider.script = [null, noSuchCourse];
    const refund = await giveBack(sold);
    shop.provider.called.length = 0;
    expect([refund.status, (await shop.refunds.retry(refund.number, { ...olga, access: 'caller' })).status, shop.provider.called]).toEqual(['access_error', 'complete', []]);
    expect(await shop.statuses(sold.order.id)).toEqual(['revoked']);
  });
});

describe('the access half', () => {
  it('is worked on by one, whoever wants to, and by another when that one dies (fails without the claim)', async () => {
    const sold = await shop.sell();
    const { id, number } = await ask(sold);
    await shop.decisions.approve(number, olga);
    await shop.money.perform({ id });
    shop.provider.called.length = 0;
    await shop.claims.take(id, 'access', 'scheduler');
    const all = () => Promise.all(Array.from({ length: 6 }, (_, index) => (index % 2 ? oneWay : shop).access.perform({ id })));
    await all();
    expect([shop.provider.called, (await shop.reader.byNumber(number)).status]).toEqual([[], 'money_returned']);
    await shop.makeDue(id);
    await Promise.all(Array.from({ length: 6 }, () => shop.access.perform({ id })));
    expect([shop.provider.called, (await shop.reader.byNumber(number)).status]).toEqual([['verify', 'revoke', 'verify'], 'complete']);
    expect((await shop.reader.detail(number)).attemptLog.map(({ outcome }) => outcome)).toEqual(['done', 'unknown', 'done']);
  });
});

describe('a refund of a line that', () => {
  it('is being delivered waits for its holder, and then takes what he delivered (fails when the line is taken for never delivered)', async () => {
    const sold = await shop.sell({ deliver: false });
    const refund = await giveBack(sold);
    expect([refund.status, await shop.statuses(sold.order.id)]).toEqual(['money_returned', ['fulfilling']]);
    await shop.handler.handleShippingEvent(sold.order, sold.claim, checkout);
    expect(shop.has(sold.learner, sold.lines[0] ?? newLine())).toBe(true);
    expect((await goOn(refund)).status).toBe('complete');
    expect([shop.has(sold.learner, sold.lines[0] ?? newLine()), await shop.statuses(sold.order.id)]).toEqual([false, ['revoked']]);
  });

  it('waits for its retry is never delivered, and nobody is called for it', async () => {
    const sold = await shop.sell({ deliver: false });
    await settle(sold, { settlement: { result: 'failed', failure: { kind: 'network', detail: 'down' }, retry: { inMs: 0, costsAttempt: true } }, attempt: { outcome: 'failed', httpStatus: null, detail: null, durationMs: 1 } });
    expect(await giveBack(sold)).toMatchObject({ status: 'complete', accessNote: 'It never arrived.' });
    expect([shop.provider.called, await shop.statuses(sold.order.id)]).toEqual([[], ['revoked']]);
  });

  it('failed with a 502 that had arrived takes what is there', async () => {
    const sold = await shop.sell({ deliver: false });
    shop.provider.script = [{ arrivesThen: badGateway }, badGateway];
    await shop.handler.handleShippingEvent(sold.order, sold.claim, checkout);
    const [line] = await shop.lineRows(sold.order.id);
    expect([line?.['may_have_arrived'], shop.has(sold.learner, sold.lines[0] ?? newLine())]).toEqual([true, true]);
    shop.provider.script = [];
    expect((await giveBack(sold)).status).toBe('complete');
    expect([shop.has(sold.learner, sold.lines[0] ?? newLine()), await shop.statuses(sold.order.id)]).toEqual([false, ['revoked']]);
  });

  it('is one of two purchases of the same course leaves the access to the other, and says so', async () => {
    const line = newLine({ details: { courseId: randomUUID() }, soldOnce: false });
    const { learner } = newOrder();
    const first = await shop.sell({ lines: [line], order: { learner } });
    const second = await shop.sell({ lines: [{ ...newLine(), productId: line.productId, details: line.details, soldOnce: false }], order: { learner } });
    expect(await giveBack(first)).toMatchObject({ status: 'complete', accessNote: `The access stays: order ${second.orderNumber} needs it.` });
    expect([await shop.statuses(first.order.id), await shop.statuses(second.order.id), shop.has(learner.username, line)]).toEqual([['revoked'], ['fulfilled'], true]);
    await giveBack(second);
    expect(shop.has(learner.username, line)).toBe(false);
  });

  it('is one of several takes that one, and what remains of the money goes with the last', async () => {
    const sold = await shop.sell({ lineCount: 3 });
    await giveBack(sold, { lineIds: sold.lineIds.slice(0, 1) });
    expect([await shop.statuses(sold.order.id), (await shop.payment(sold.paymentId)).refundedMinor]).toEqual([['revoked', 'fulfilled', 'fulfilled'], PRICE_MINOR]);
    await giveBack(sold, { amountMinor: 1_000 });
    expect((await giveBack(sold)).amountMinor).toBe(2 * PRICE_MINOR - 1_000);
    expect([await shop.orderStatus(sold.order.id), (await shop.payment(sold.paymentId)).refundedMinor]).toEqual(['refunded', 3 * PRICE_MINOR]);
  });

  it('was taken back by an operator meanwhile is finished', async () => {
    const sold = await shop.sell();
    const refund = await ask(sold);
    await shop.handler.handleReturnEvent(await shop.orderReader.byId(sold.order.id), 'all', { kind: 'operator', actor: 'ops', reason: 'x' });
    expect((await shop.refunds.approve(refund.number, olga)).status).toBe('complete');
  });
});

describe('what cannot be taken back', () => {
  const request = ({ orderNumber }: Sold, access?: 'keep' | 'caller') => oneWay.refunds.request({ orderNumber, access, reason }, staff);

  it('is known before anything is written, also while it may be there', async () => {
    const delivered = await shop.sell();
    const underWay = await shop.sell({ deliver: false });
    for (const sold of [delivered, underWay]) {
      await expect(request(sold)).rejects.toMatchObject({ code: 'not_revocable' });
      expect([await shop.reader.ofOrder(sold.order.id), (await shop.lineRows(sold.order.id))[0]?.['held_at'], (await shop.payment(sold.paymentId)).reservedMinor]).toEqual([[], null, 0]);
    }
    expect((await request(delivered, 'caller')).status).toBe('requested');
  });

  it('is let go where it was never called', async () => {
    const sold = await shop.sell({ deliver: false });
    await settle(sold, { settlement: { result: 'released' } });
    const { number } = await request(sold);
    expect((await oneWay.refunds.approve(number, olga)).status).toBe('complete');
  });

  it('is known before money moves where it was delivered since it was asked for', async () => {
    const sold = await shop.sell({ deliver: false });
    await settle(sold, { settlement: { result: 'released' } });
    const { number } = await request(sold);
    await shop.shop.sql(`update order_line set status = 'fulfilled', receipt = 'x', next_attempt_at = null, held_at = null, held_for = null where order_id = $1`, [sold.order.id]);
    await expect(oneWay.refunds.approve(number, olga)).rejects.toMatchObject({ code: 'not_revocable' });
    expect([(await shop.reader.byNumber(number)).status, shop.gateway.creditedMinor(sold.paymentId)]).toEqual(['requested', 0]);
  });

  it('is refused while its provider has accepted it', async () => {
    const sold = await shop.sell({ deliver: false });
    await settle(sold, { settlement: { result: 'accepted', reference: 'job', verifyAfterMs: 60_000, deadlineMs: 3_600_000 }, mayHaveArrived: true, attempt: { outcome: 'accepted', httpStatus: null, detail: null, durationMs: 1 } });
    await expect(ask(sold)).rejects.toMatchObject({ code: 'line_accepted' });
  });
});

describe('access that the caller takes back himself', () => {
  it('is called for by nobody, also where it was never delivered; the learner may buy again', async () => {
    const line = newLine({ details: { courseId: randomUUID() } });
    const { learner } = newOrder();
    const sold = await shop.sell({ lines: [line], order: { learner } });
    const refund = await ask(sold);
    shop.provider.called.length = 0;
    expect(await shop.refunds.approve(refund.number, { ...olga, access: 'caller' })).toMatchObject({ status: 'complete', accessNote: 'The caller takes the access back himself.' });
    expect([shop.provider.called, await shop.statuses(sold.order.id), shop.has(learner.username, line), shop.gateway.creditedMinor(sold.paymentId)]).toEqual([[], ['revoked'], true, PRICE_MINOR]);
    const again = await shop.sell({ lines: [{ ...newLine(), productId: line.productId, details: line.details }], order: { learner } });
    expect(await shop.statuses(again.order.id)).toEqual(['fulfilled']);
  });

  it('waits for whoever delivers it just now', async () => {
    const sold = await shop.sell({ deliver: false });
    const refund = await giveBack(sold, { access: 'caller' });
    expect(refund.status).toBe('money_returned');
    await settle(sold, { settlement: { result: 'released' } });
    expect((await goOn(refund)).status).toBe('complete');
  });

  it('is left to the learner where that was decided: what he waits for is delivered', async () => {
    const sold = await shop.sell({ deliver: false });
    await settle(sold, { settlement: { result: 'released' } });
    const refund = await ask(sold);
    expect((await shop.lineRows(sold.order.id))[0]?.['held_for']).toBe(refund.id);
    expect((await shop.refunds.approve(refund.number, { ...olga, access: 'keep' })).status).toBe('complete');
    expect(await shop.lineRows(sold.order.id)).toMatchObject([{ status: 'open', held_at: null, held_for: null }]);
  });
});

describe('a refund that is denied', () => {
  it('lets its lines go, but for those that an operator had held, and may be asked for again', async () => {
    const sold = await shop.sell({ lineCount: 2, deliver: false });
    await settle(sold, { settlement: { result: 'released' } });
    await shop.shop.sql('update order_line set held_at = now() where id = $1', [sold.lineIds[1]]);
    const { number } = await ask(sold);
    await shop.refunds.deny(number, olga);
    expect((await shop.lineRows(sold.order.id)).map((line) => [line['held_at'] !== null, line['held_for']])).toEqual([[false, null], [true, null]]);
    expect([(await shop.payment(sold.paymentId)).reservedMinor, (await ask(sold)).status]).toEqual([0, 'requested']);
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'refund_state' });
  });
});

describe('a learner', () => {
  const of = ({ learner }: Sold) => ({ actor: learner, isStaff: false, learner });

  it('asks for his own orders, within the window, and on no terms of his own', async () => {
    const sold = await shop.sell();
    const stranger = await shop.sell();
    const request = (terms: object, by = of(sold)) => shop.refunds.request({ orderNumber: sold.orderNumber, reason, ...terms }, by);
    await expect(request({}, of(stranger))).rejects.toMatchObject({ code: 'order_not_found' });
    await expect(request({ amountMinor: 100 })).rejects.toMatchObject({ code: 'staff_only_terms' });
    await expect(request({ access: 'keep' })).rejects.toMatchObject({ code: 'staff_only_terms' });
    expect(await request({})).toMatchObject({ status: 'requested', access: 'revoke', amountMinor: PRICE_MINOR });
    await expect(shop.reader.byNumber((await shop.reader.ofOrder(sold.order.id))[0]?.number ?? '', stranger.learner)).rejects.toMatchObject({ code: 'refund_not_found' });
    await shop.shop.sql(`update order_line set paid_at = now() - interval '15 days' where order_id = $1`, [stranger.order.id]);
    await expect(shop.refunds.request({ orderNumber: stranger.orderNumber, reason }, of(stranger))).rejects.toMatchObject({ code: 'refund_window_over' });
    expect((await ask(stranger)).status).toBe('requested');
  });

  it('is told by the database how long ago he paid, whatever the clock of a replica says (fails by the process clock)', async () => {
    const sold = await shop.sell();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30 * 86_400_000);
    const asked = shop.refunds.request({ orderNumber: sold.orderNumber, reason }, of(sold)).finally(() => clock.mockRestore());
    expect(await asked).toMatchObject({ status: 'requested' });
  });

  it('gets at once what a rule approves, in the rule’s name', async () => {
    const { refunds } = await shop.replica({ rules: { autoApprove: ({ amountMinor, productTypes }) => (amountMinor <= PRICE_MINOR && productTypes.includes('seat') ? 'small' : null) } });
    const sold = await shop.sell();
    expect(await refunds.request({ orderNumber: sold.orderNumber, reason }, of(sold))).toMatchObject({ status: 'complete', decidedBy: 'rule:small' });
  });
});

describe('bad input', () => {
  it.each([
    ['NaN', { amountMinor: Number.NaN }, 'amount_invalid'],
    ['a negative amount', { amountMinor: -1 }, 'amount_invalid'],
    ['nothing of what can be returned', { amountMinor: 0 }, 'amount_invalid'],
    ['a fraction', { amountMinor: 0.5 }, 'amount_invalid'],
    ['more than is safe', { amountMinor: 2 ** 53 }, 'amount_invalid'],
    ['more than was paid', { amountMinor: PRICE_MINOR + 1 }, 'over_refund'],
    ['a line of nobody', { lineIds: [randomUUID()] }, 'line_not_found'],
    ['no line at all', { lineIds: [] }, 'lines_required'],
    ['access without a line', { amountMinor: 1, access: 'revoke' }, 'lines_required'],
  ])('%s is refused, and nothing is written', async (_, terms, code) => {
    const sold = await shop.sell();
    await expect(ask(sold, terms)).rejects.toMatchObject({ code });
    expect([await shop.reader.ofOrder(sold.order.id), (await shop.payment(sold.paymentId)).reservedMinor]).toEqual([[], 0]);
  });

  it('of a line named twice, of one that is taken already, and of an order that is not paid is refused', async () => {
    const sold = await shop.sell();
    await expect(ask(sold, { lineIds: [...sold.lineIds, ...sold.lineIds] })).rejects.toMatchObject({ code: 'duplicate_lines' });
    await ask(sold);
    await expect(ask(sold, { lineIds: sold.lineIds })).rejects.toMatchObject({ code: 'already_refunded', lineIds: sold.lineIds });
    const unpaid = await shop.sell();
    await shop.shop.sql(`update orders set status = 'expired' where id = $1`, [unpaid.order.id]);
    await expect(ask(unpaid)).rejects.toMatchObject({ code: 'order_not_paid' });
  });
});
