import { DeliveryFailure, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';
import { acceptingShop, checkout, idOf, operator } from '../support/accepting-shop.js';
import { newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
let around: Awaited<ReturnType<typeof acceptingShop>>;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());
beforeEach(async () => {
  around = await acceptingShop(shop);
});
// Every leave is either used and reported, or given back: else tokens and probes would be lost.
afterEach(() => expect(around.provider.leavesOut).toBe(0));

const DELIVERED = { outcome: 'fulfilled', detail: 'mentor Ann' } as const;
const REFUSED = { outcome: 'failed', detail: 'No mentor is free.' } as const;
const noMentor = new DeliveryFailure({ kind: 'rejected', detail: 'No mentor is free.', passing: false, httpStatus: 409 });

describe('a reported result', () => {
  it.each([
    [DELIVERED, { status: 'fulfilled', receipt: 'mentor Ann', failure_kind: null }, 'complete'],
    [REFUSED, { status: 'failed', failure_kind: 'rejected', failure_detail: 'No mentor is free.' }, 'fulfillment_error'],
  ] as const)('ends an accepted line without a call: %j', async (result, line, status) => {
    const { claim, lineId } = await around.accepted();
    expect(await around.report(lineId, result)).toBe('applied');
    expect(around.provider.called).toEqual([]);
    expect(await around.row(lineId)).toMatchObject({ ...line, claim_id: null, result_outcome: null, attempts: 1 });
    expect((await around.orderOf(claim)).status).toBe(status);
    expect(await around.report(lineId, result)).toBe('known');
  });

  it.each([
    [DELIVERED, 'fulfilled'],
    [REFUSED, 'failed'],
  ] as const)('that comes before the acceptance is written is stored, and applied by that settle: %j (fails without the look under lock)', async (result, status) => {
    let outcome: unknown;
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    around.provider.leavesOut += 1;
    around.provider.during = async () => {
      outcome = await around.report(lineId, result);
    };
    const settled = await around.parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect(outcome).toBe('stored');
    expect(settled?.order.lines[0]?.status).toBe(status);
    expect(await around.row(lineId)).toMatchObject({ status, result_outcome: null, claim_id: null });
    expect((await around.orderOf(claim)).status).toBe(status === 'failed' ? 'fulfillment_error' : 'complete');
  });

  it('that comes while one of several lines is delivered ends that line only', async () => {
    const claim = await placed(shop, newOrder({}, 3));
    const second = claim.lines[1]?.line.id ?? '';
    around.provider.leavesOut += 3;
    let told = false;
    around.provider.during = async () => {
      if (!told) {
        told = true;
        await around.report(second, DELIVERED);
      }
    };
    await around.parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect((await around.orderOf(claim)).snapshot().lines.map(({ status }) => status)).toEqual(['accepted', 'fulfilled', 'accepted']);
  });

  it('of a delivery that ended otherwise counts: delivered is delivered', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    around.provider.leavesOut += 1;
    around.provider.script = [noMentor];
    around.provider.during = () => around.report(lineId, DELIVERED);
    await around.parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect(await around.row(lineId)).toMatchObject({ status: 'fulfilled', failure_kind: null });
  });

  it('is applied by whoever takes over, without a call, when the holder died with it', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    expect(await around.report(lineId, DELIVERED)).toBe('stored');
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [lineId]);
    await around.parts.retry.perform({ id: `${lineId}/seat`, alone: true });
    expect(around.provider.called).toEqual([]);
    expect(await around.row(lineId)).toMatchObject({ status: 'fulfilled', receipt: 'mentor Ann', result_outcome: null });
  });

  it('is applied by the next look when whoever reported it died before', async () => {
    const { lineId } = await around.accepted();
    expect(await shop.results.store(lineId, { messageId: 'msg', ...REFUSED }, 'callback:seat')).toMatchObject({ stored: true, status: 'accepted' });
    await around.check(lineId);
    expect(around.provider.called).toEqual([]);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'rejected', result_outcome: null });
  });

  it('that comes late ends a line that had failed at its deadline', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    expect(await around.report(lineId, DELIVERED)).toBe('applied');
    expect((await around.orderOf(claim)).status).toBe('complete');
  });

  it('that contradicts how the line ended changes nothing, and is in the history', async () => {
    const { lineId } = await around.accepted();
    await around.report(lineId, DELIVERED);
    await expect(around.report(lineId, REFUSED)).rejects.toThrow(/is fulfilled here/);
    expect((await around.row(lineId))?.['status']).toBe('fulfilled');
    expect((await around.events(lineId)).at(-1)).toEqual({ event: 'reportFailed', actor: 'callback:seat' });
  });

  it('that was kept, and could not be applied just then, is found by the worker (fails without its source)', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    await shop.em.fork().transactional(async (em) => {
      await shop.results.store(lineId, { messageId: 'msg', ...DELIVERED }, 'callback:seat');
      await em.execute('select 1 from order_line where id = ? for update', [lineId]);
      // A claim never waits for a row that is locked just now.
      await around.parts.results.perform({ id: `${lineId}/seat` });
    });
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', result_outcome: 'fulfilled' });
    const due = (await around.parts.results.findDue(1_000)).filter(({ id }) => id.startsWith(lineId));
    for (const work of due) await around.parts.results.perform(work);
    expect((await around.orderOf(claim)).status).toBe('complete');
    expect((await around.parts.results.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toEqual([]);
  });

  it('of delivery stands, whatever comes after it', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    around.provider.leavesOut += 1;
    around.provider.during = async () => {
      await around.report(lineId, DELIVERED);
      await expect(around.report(lineId, REFUSED)).rejects.toThrow(/is fulfilling here/);
    };
    await around.parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect((await around.row(lineId))?.['status']).toBe('fulfilled');
  });

  it('of refusal ends a line whose holder died with it, before anybody is called again', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    await around.report(lineId, REFUSED);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [lineId]);
    await around.parts.retry.perform({ id: `${lineId}/seat`, alone: true });
    expect(around.provider.called).toEqual([]);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'rejected', result_outcome: null });
  });

  it('of refusal ends a line of which nobody knows what came, during its call and after it', async () => {
    const noAnswer = new UnknownOutcome({ kind: 'timeout', detail: 'No answer.' });
    const during = await placed(shop, newOrder());
    around.provider.leavesOut += 1;
    around.provider.script = [noAnswer, 'nothing'];
    around.provider.during = () => around.report(idOf(during), REFUSED);
    await around.parts.handler.handleShippingEvent(during.order, during, checkout);
    expect(await around.row(idOf(during))).toMatchObject({ status: 'failed', failure_kind: 'rejected' });
    around.provider.during = () => Promise.resolve();
    around.provider.script = [noAnswer, 'nothing'];
    const after = await around.sell();
    expect((await around.row(idOf(after)))?.['status']).toBe('open');
    expect(await around.report(idOf(after), REFUSED)).toBe('applied');
    expect(await around.row(idOf(after))).toMatchObject({ status: 'failed', failure_kind: 'rejected' });
  });

  it('of a refusal that is known leaves no more history, however often it comes', async () => {
    const { lineId } = await around.accepted();
    for (let times = 0; times < 5; times += 1) await around.report(lineId, REFUSED);
    expect((await around.events(lineId)).map(({ event }) => event)).toEqual(['accept', 'reportFailed', 'verify', 'fail']);
  });

  it('that was known when a line was taken back does not keep it from being taken back', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    await shop.results.store(lineId, { messageId: 'msg', ...DELIVERED }, 'callback:seat');
    around.provider.called.length = 0;
    around.provider.script = ['there'];
    await around.parts.handler.handleReturnEvent((await around.orderOf(claim)).snapshot(), 'all', operator);
    expect([await around.row(lineId), around.provider.called]).toMatchObject([{ status: 'revoked', result_outcome: null }, ['verify', 'revoke', 'verify']]);
  });

  it('in a message that came before changes nothing, also when the line was sent again since (fails without the identifiers of messages)', async () => {
    const { claim, lineId } = await around.accepted();
    expect(await around.report(lineId, REFUSED, 'msg_1')).toBe('applied');
    await around.parts.handler.handleShippingEvent((await around.orderOf(claim)).snapshot(), 'unfinished', operator);
    expect((await around.row(lineId))?.['status']).toBe('accepted');
    expect(await around.report(lineId, REFUSED, 'msg_1')).toBe('known');
    expect((await around.row(lineId))?.['status']).toBe('accepted');
    expect(await around.report(lineId, REFUSED, 'msg_2')).toBe('applied');
  });

  it('of a line that nobody was asked to deliver is refused, and nothing is written', async () => {
    const order = newOrder({ lines: [newLine({ refusal: { kind: 'throttled', detail: 'Paused.', retryInMs: 60_000 } })] });
    await shop.orders.place(order);
    const lineId = order.lines[0]?.id ?? '';
    await expect(around.report(lineId, DELIVERED)).rejects.toThrow(/has not reached its provider/);
    expect(await around.events(lineId)).toEqual([]);
    expect(await around.report('0190f3a0-7b1c-7000-8000-00000000dead', DELIVERED)).toBeUndefined();
  });

  it('keeps a line from counting as taken back that was delivered meanwhile', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    around.provider.during = () => around.report(lineId, DELIVERED);
    around.provider.script = ['nothing'];
    await around.parts.handler.handleReturnEvent((await around.orderOf(claim)).snapshot(), 'all', operator);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', result_outcome: 'fulfilled', claim_id: null });
    around.provider.during = () => Promise.resolve();
    expect(await around.report(lineId, DELIVERED)).toBe('applied');
    expect((await around.row(lineId))?.['status']).toBe('fulfilled');
  });

  it('and a settle that run at the same moment never miss each other (fails when the result is not stored with the line)', async () => {
    for (let round = 0; round < 25; round += 1) {
      const claim = await placed(shop, newOrder());
      const lineId = idOf(claim);
      around.provider.leavesOut += 1;
      await Promise.all([around.parts.handler.handleShippingEvent(claim.order, claim, checkout), around.report(lineId, DELIVERED)]);
      expect(await around.row(lineId)).toMatchObject({ status: 'fulfilled', result_outcome: null });
    }
  });
});
