import { GatewayFailure } from '#payments';
import { AlreadyRefundedError, NothingToRefundError, OverRefundError } from '#refunds';
import { block } from '../support/blocker.js';
import { NO_ANSWER, PRICE_MINOR, REFUSED, UNREACHABLE, olga, openRefundingShop, staff, type RefundingShop } from '../support/refunding-shop.js';
import { until } from '../support/until.js';

let shop: RefundingShop;
let other: Awaited<ReturnType<RefundingShop['replica']>>;
beforeAll(async () => {
  shop = await openRefundingShop();
  other = await shop.replica();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.gateway.script = [];
  shop.gateway.during = () => Promise.resolve();
  shop.gateway.unreadable = null;
});

const reason = 'the learner asked';
/** A refund of a whole order that waits for a decision. */
async function requested(terms: { lineCount?: number } = {}) {
  const sold = await shop.sell(terms);
  const refund = await shop.refunds.request({ orderNumber: sold.orderNumber, reason }, staff);
  return { ...sold, refund, number: refund.number, id: refund.id };
}
const attempts = async (number: string) => (await shop.reader.detail(number)).attemptLog.map(({ half, outcome }) => `${half} ${outcome}`);

/** So many ask for 1,000 of 4,900 at the same moment, by turns on two replicas. */
async function askAtOnce(orderNumber: string, times = 20) {
  const asked = Array.from({ length: times }, (_, index) => (index % 2 ? other : shop).refunds.request({ orderNumber, amountMinor: 1_000, reason }, staff));
  const results = await Promise.allSettled(asked);
  return { accepted: results.filter(({ status }) => status === 'fulfilled').length, errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])) };
}

describe('more than was paid', () => {
  it('is never set aside, whoever asks at the same moment (fails without the lock on the payment)', async () => {
    const { orderNumber, paymentId } = await shop.sell();
    await shop.shop.sql('alter table payment drop constraint payment_refunded_check');
    const { accepted, errors } = await askAtOnce(orderNumber).finally(() =>
      shop.shop.sql('alter table payment add constraint payment_refunded_check check (refunded_minor >= 0 and reserved_minor >= 0 and refunded_minor + reserved_minor <= captured_minor) not valid'),
    );
    expect([accepted, errors.every((error) => error instanceof OverRefundError && error.remainsMinor === 900)]).toEqual([4, true]);
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: 0, reservedMinor: 4_000 });
  });

  it('is refused by the database where nobody locked the payment (fails without payment_refunded_check)', async () => {
    const { orderNumber, paymentId } = await shop.sell();
    const lock = shop.balance.lock.bind(shop.balance);
    // All have seen it untouched. Read before: one more connection for each who asks would be more than the pool has.
    const untouched = await shop.payments.byId(paymentId);
    for (const { balance } of [shop, other]) balance.lock = () => Promise.resolve(untouched);
    const { accepted, errors } = await askAtOnce(orderNumber).finally(() => {
      for (const { balance } of [shop, other]) balance.lock = lock;
    });
    expect([accepted, errors.every((error) => error instanceof OverRefundError)]).toEqual([4, true]);
    expect((await shop.payment(paymentId)).reservedMinor).toBe(4_000);
  });
});

describe('one line', () => {
  it('is taken back by one of those who ask at the same moment (fails without refund_line_live_key)', async () => {
    const { orderNumber, order, lineIds } = await shop.sell({ processor: null });
    // All have seen that no refund has the line before the first one gets hold of it.
    const blocker = await block(shop.shop.databaseUrl, 'select 1 from order_line where id = any ($1) for update', [lineIds]);
    const asked = Promise.allSettled(Array.from({ length: 12 }, (_, index) => (index % 2 ? other : shop).refunds.request({ orderNumber, lineIds, reason }, staff)));
    await until('all wait for the line', async () => (await shop.shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === 12);
    await blocker.release();
    const results = await asked;
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.every((result) => result.status === 'fulfilled' || result.reason instanceof AlreadyRefundedError)).toBe(true);
    expect(await shop.reader.ofOrder(order.id)).toHaveLength(1);
  });

  it('cannot be claimed from the moment its refund is written, committed or not (fails without the hold in the same transaction)', async () => {
    const { orderNumber, order, claim } = await shop.sell({ deliver: false });
    await shop.settling.settle(claim, 'staff', claim.lines.map(({ line, claimId }) => ({ lineId: line.id, claimId, settlement: { result: 'released' }, attempt: null, mayHaveArrived: false })));
    const claimNow = () => shop.orders.claimUnfinished(order.id, { kind: 'operator', actor: 'ops', reason: 'again' });
    let during: unknown = 'not asked';
    await shop.refunds.request({ orderNumber, reason }, staff, async () => {
      during = await claimNow();
    });
    expect([during, await claimNow()]).toEqual([undefined, undefined]);
  });
});

describe('the money half', () => {
  it('is returned at the gateway once, and then the access is taken', async () => {
    const { number, order, paymentId, learner, lines } = await requested();
    const refund = await shop.refunds.approve(number, olga);
    expect(refund).toMatchObject({ status: 'complete', decidedBy: 'olga', amountMinor: PRICE_MINOR });
    expect([shop.gateway.creditedMinor(paymentId), await shop.orderStatus(order.id), lines.some((line) => shop.has(learner, line))]).toEqual([PRICE_MINOR, 'refunded', false]);
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: PRICE_MINOR, reservedMinor: 0 });
    expect(await attempts(number)).toEqual(['money done', 'access done']);
  });

  it('is one credit where the gateway paid and did not answer (fails without reading back)', async () => {
    const { number, id, paymentId } = await requested();
    shop.gateway.script = [{ arrivesThen: NO_ANSWER }];
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'approved', mayHaveArrived: true, failure: { kind: 'timeout' } });
    shop.gateway.called.length = 0;
    await shop.makeDue(id);
    await shop.money.perform({ id });
    expect([(await shop.reader.byNumber(number)).status, shop.gateway.creditedMinor(paymentId), shop.gateway.called]).toEqual(['money_returned', PRICE_MINOR, []]);
  });

  it.each([
    ['before it called', false],
    ['after it was answered', true],
  ])('is one credit where its holder died %s, whoever goes on (fails without the claim, and without the mark of a lost holder)', async (_, wasCalled) => {
    const { number, id, paymentId } = await requested();
    await shop.decisions.approve(number, olga);
    const claim = await shop.claims.take(id, 'money', 'scheduler');
    expect(claim).toBeDefined();
    if (wasCalled) await shop.gateway.processor.refund({ paymentId } as never, { refundId: id, key: `${id}:1`, amountMinor: PRICE_MINOR });
    await Promise.all(Array.from({ length: 6 }, (_each, index) => (index % 2 ? other : shop).money.perform({ id })));
    expect((await shop.reader.byNumber(number)).status).toBe('approved');
    await shop.makeDue(id);
    shop.gateway.called.length = 0;
    await Promise.all(Array.from({ length: 6 }, (_each, index) => (index % 2 ? other : shop).money.perform({ id })));
    expect([(await shop.reader.byNumber(number)).status, shop.gateway.of(paymentId).length, shop.gateway.called.length]).toEqual(['money_returned', 1, wasCalled ? 0 : 1]);
    expect(await attempts(number)).toEqual(['money unknown', 'money done']);
  });

  it('waits for a gateway that takes its time, and asks for nothing again', async () => {
    const { number, id, paymentId } = await requested();
    shop.gateway.script = ['pending'];
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'approved', failure: null });
    await shop.makeDue(id);
    await shop.money.perform({ id });
    shop.gateway.becomes(shop.gateway.of(paymentId)[0]?.reference ?? '', 'succeeded');
    await shop.makeDue(id);
    await shop.money.perform({ id });
    expect([await attempts(number), shop.gateway.of(paymentId).length]).toEqual([['money waiting', 'money waiting', 'money done'], 1]);
  });

  it('that its gateway has taken on for days is not given up at the first blip (fails where waiting counts as failing)', async () => {
    const { number, id } = await requested();
    shop.gateway.script = ['pending'];
    await shop.refunds.approve(number, olga);
    const days = (count: number) => shop.shop.sql(`update refund set tried_since = tried_since - $2::int * interval '1 day', decided_at = decided_at - $2::int * interval '1 day' where id = $1`, [id, count]);
    const look = async () => {
      await shop.makeDue(id);
      await shop.money.perform({ id });
      return shop.reader.byNumber(number);
    };
    await days(4);
    expect(await look()).toMatchObject({ status: 'approved', failure: null });
    shop.gateway.unreadable = new GatewayFailure('Service unavailable.', { kind: 'server', passing: true, httpStatus: 503 });
    expect(await look()).toMatchObject({ status: 'approved', failure: { detail: 'Service unavailable.' }, nextAttemptAt: expect.any(Date) as Date });
    expect((await shop.reader.figures()).oldestMoneyMs).toBeGreaterThan(4 * 86_400_000 - 1);
    await days(4);
    expect((await look()).status).toBe('money_error');
  });

  it('waits longer each time for one that cannot be reached, and for an operator when it is too old', async () => {
    const { number, id, paymentId } = await requested();
    shop.gateway.script = [UNREACHABLE, UNREACHABLE];
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'approved', mayHaveArrived: false });
    await shop.makeDue(id);
    await shop.shop.sql(`update refund set tried_since = now() - interval '4 days' where id = $1`, [id]);
    await shop.money.perform({ id });
    expect(await shop.reader.byNumber(number)).toMatchObject({ status: 'money_error', failure: { detail: 'Connection refused.' }, nextAttemptAt: null });
    expect(await shop.refunds.retry(number, olga)).toMatchObject({ status: 'complete' });
    expect(shop.gateway.creditedMinor(paymentId)).toBe(PRICE_MINOR);
  });

  it('fails for good where the gateway refuses; denied then, everything is free again', async () => {
    const { number, paymentId, orderNumber, lineIds } = await requested();
    shop.gateway.script = [REFUSED];
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'money_error', failure: { kind: 'rejected' } });
    expect((await shop.payment(paymentId)).reservedMinor).toBe(PRICE_MINOR);
    expect((await shop.refunds.deny(number, olga)).status).toBe('denied');
    expect((await shop.payment(paymentId)).reservedMinor).toBe(0);
    expect((await shop.refunds.request({ orderNumber, lineIds, reason }, staff)).status).toBe('requested');
  });

  it('is not denied while nobody knows whether the money went', async () => {
    const { number, id } = await requested();
    shop.gateway.script = [{ arrivesThen: NO_ANSWER }];
    await shop.refunds.approve(number, olga);
    await shop.shop.sql(`update refund set status = 'money_error', next_attempt_at = null where id = $1`, [id]);
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'refund_state', message: expect.stringContaining('has returned its money after all') as string });
    expect((await shop.reader.byNumber(number)).status).toBe('money_returned');
  });

  it('is not denied in a doubt that the gateway does not end: it knows of none, and a call may be on its way', async () => {
    const { number, id } = await requested();
    await shop.decisions.approve(number, olga);
    await shop.shop.sql(`update refund set status = 'money_error', next_attempt_at = null, may_have_arrived = true where id = $1`, [id]);
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'refund_state', message: expect.stringContaining('may be on its way') as string });
  });

  it('that its gateway made and refused all the same is not denied: it is read back first, and counts as returned (fails without reading back)', async () => {
    const { number, id, paymentId, orderNumber } = await requested();
    shop.gateway.script = [{ arrivesThen: REFUSED }];
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'money_error', mayHaveArrived: false });
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'refund_state' });
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: PRICE_MINOR, reservedMinor: 0 });
    await expect(shop.refunds.request({ orderNumber, amountMinor: 1_000, reason }, staff)).rejects.toThrow(OverRefundError);
    await shop.access.perform({ id });
    expect([(await shop.reader.byNumber(number)).status, shop.gateway.creditedMinor(paymentId)]).toEqual(['complete', PRICE_MINOR]);
  });

  it('is not denied while its gateway cannot be read back, and is not changed by that', async () => {
    const { number, paymentId } = await requested();
    shop.gateway.script = [REFUSED];
    await shop.refunds.approve(number, olga);
    shop.gateway.unreadable = UNREACHABLE;
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'gateway_unavailable', message: expect.stringContaining('Connection refused.') as string });
    expect([(await shop.reader.byNumber(number)).status, (await shop.payment(paymentId)).reservedMinor]).toEqual(['money_error', PRICE_MINOR]);
  });

  it('is not denied by what was read before somebody had it tried again (fails without the comparison under lock)', async () => {
    const { number, paymentId } = await requested();
    shop.gateway.script = [REFUSED, { arrivesThen: REFUSED }];
    await shop.refunds.approve(number, olga);
    const verify = shop.gateway.processor.verify.bind(shop.gateway.processor);
    shop.gateway.processor.verify = async (payment) => {
      const read = await verify(payment);
      shop.gateway.processor.verify = verify;
      await other.refunds.retry(number, olga);
      return read;
    };
    await expect(shop.refunds.deny(number, olga)).rejects.toMatchObject({ code: 'refund_state', message: expect.stringContaining('Read it again') as string });
    expect([(await shop.reader.byNumber(number)).status, shop.gateway.creditedMinor(paymentId)]).toEqual(['money_error', PRICE_MINOR]);
  });

  it('that its gateway made and refused all the same is one credit when it is tried again by another key (fails without the look before that)', async () => {
    const { orderNumber, paymentId } = await shop.sell();
    const { number } = await shop.refunds.request({ orderNumber, amountMinor: 1_000, reason }, staff);
    shop.gateway.script = [{ arrivesThen: REFUSED }];
    await shop.refunds.approve(number, olga);
    expect((await shop.refunds.retry(number, olga)).status).toBe('complete');
    expect([shop.gateway.creditedMinor(paymentId), (await shop.payment(paymentId)).refundedMinor]).toEqual([1_000, 1_000]);
  });

  it('of an invoice calls nobody', async () => {
    const { orderNumber, paymentId } = await shop.sell({ processor: 'invoice' });
    const { number } = await shop.refunds.request({ orderNumber, reason }, staff);
    shop.gateway.called.length = 0;
    expect(await shop.refunds.approve(number, olga)).toMatchObject({ status: 'complete', reference: number });
    expect([shop.gateway.called, (await shop.payment(paymentId)).refundedMinor]).toEqual([[], PRICE_MINOR]);
  });

  it('of what costs nothing is no half: it is approved at once, and the access is taken', async () => {
    const { orderNumber, order } = await shop.sell({ processor: null });
    expect(await shop.refunds.request({ orderNumber, reason }, staff)).toMatchObject({ status: 'complete', decidedBy: 'rule:zero-value', amountMinor: 0 });
    expect(await shop.orderStatus(order.id)).toBe('refunded');
    await expect(shop.refunds.request({ orderNumber, reason }, staff)).rejects.toThrow(NothingToRefundError);
  });
});

describe('a refund that the gateway says has failed, later', () => {
  it('waits for an operator, once for any number of notices; tried again, it is another refund', async () => {
    const { number, paymentId } = await requested();
    await shop.refunds.approve(number, olga);
    const [first] = shop.gateway.of(paymentId);
    shop.gateway.becomes(first?.reference ?? '', 'failed', 'The account is closed.');
    await Promise.all(Array.from({ length: 10 }, (_, index) => shop.notice(paymentId, index % 2 ? undefined : { ...shop, ...other })));
    expect(await shop.reader.byNumber(number)).toMatchObject({ status: 'money_error', round: 2, failure: { detail: 'The account is closed.' }, completedAt: null });
    expect(await shop.payment(paymentId)).toMatchObject({ refundedMinor: 0, reservedMinor: PRICE_MINOR });
    expect((await shop.refunds.retry(number, olga)).status).toBe('complete');
    await shop.notice(paymentId);
    expect((await shop.reader.byNumber(number)).status).toBe('complete');
    expect([shop.gateway.of(paymentId).length, shop.gateway.creditedMinor(paymentId), (await shop.payment(paymentId)).refundedMinor]).toEqual([2, PRICE_MINOR, PRICE_MINOR]);
  });

  it('goes on where it was given up and the gateway has paid after all', async () => {
    const { number, id, paymentId } = await requested();
    shop.gateway.script = [{ arrivesThen: NO_ANSWER }];
    await shop.refunds.approve(number, olga);
    await shop.shop.sql(`update refund set status = 'money_error', next_attempt_at = null where id = $1`, [id]);
    await shop.notice(paymentId);
    expect((await shop.reader.byNumber(number)).status).toBe('money_returned');
  });

  it('is settled by a notice while its holder still waits for the answer, and counts once', async () => {
    const { number, paymentId } = await requested();
    shop.gateway.during = () => shop.notice(paymentId);
    expect((await shop.refunds.approve(number, olga)).status).toBe('complete');
    expect([shop.gateway.of(paymentId).length, (await shop.payment(paymentId)).refundedMinor]).toEqual([1, PRICE_MINOR]);
  });
});
