import { LINE_TRANSITIONS, type AskedBy, type OrderSnapshot } from '#orders';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { FULFILLED, REJECTED, SERVER_FAILURE, allEnded, ended, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'again' };
const status = async (number: string) => (await shop.reader.byNumber(number)).status;

describe('settling', () => {
  it('completes the order when its last two lines settle at the same moment (fails unless LOCK_ORDER is a statement of its own, before the lines are read)', async () => {
    for (let round = 0; round < 20; round += 1) {
      const claim = await placed(shop, newOrder({}, 2));
      await Promise.all([0, 1].map((index) => shop.settling.settle(claim, 'staff', [ended(claim, index, FULFILLED)])));
      expect(await status(claim.order.number)).toBe('complete');
    }
  });

  it('is in error as soon as one line failed, also while a sibling is being delivered', async () => {
    const claim = await placed(shop, newOrder({}, 2));
    await shop.settling.settle(claim, 'staff', [ended(claim, 0, REJECTED)]);
    expect(await status(claim.order.number)).toBe('fulfillment_error');
    await shop.settling.settle(claim, 'staff', [ended(claim, 1, FULFILLED)]);
    expect(await status(claim.order.number)).toBe('fulfillment_error');
  });

  it.each([
    ['passing', SERVER_FAILURE, { status: 'open', failure: { kind: 'server', detail: 'Service Unavailable', passing: true }, nextAttemptAt: expect.any(Date) }],
    ['lasting', REJECTED, { status: 'failed', failure: { kind: 'rejected', detail: 'The mode is expired.', passing: false }, nextAttemptAt: null }],
    ['no', FULFILLED, { status: 'fulfilled', failure: null, receipt: 'course-v1:AcmeX+BIO1+2026 (verified)' }],
  ])('leaves a line with a %s failure as clients expect it', async (_, settlement, line) => {
    const claim = await placed(shop);
    await shop.settling.settle(claim, 'staff', allEnded(claim, settlement));
    expect((await shop.reader.byNumber(claim.order.number)).lines[0]).toMatchObject(line);
  });

  it('releases a line that was never begun: due at once, no failure, no attempt', async () => {
    const claim = await placed(shop, newOrder({}, 2));
    await shop.settling.settle(claim, 'staff', [ended(claim, 0, FULFILLED), ended(claim, 1, { result: 'released' })]);
    const { lines, status: orderStatus } = await shop.reader.detail(claim.order.number);
    expect(orderStatus).toBe('open');
    expect(lines[1]?.snapshot()).toMatchObject({ status: 'open', attempts: 0, failure: null, nextAttemptAt: expect.any(Date) });
    expect(lines[1]?.attemptLog).toHaveLength(0);
  });

  it('keeps the failure of a line until it is fulfilled, so that sending it again hides nothing', async () => {
    const claim = await placed(shop);
    await shop.settling.settle(claim, 'staff', allEnded(claim, REJECTED));
    const again = await shop.orders.claimUnfinished(claim.order.id, operator);
    expect(await shop.reader.byNumber(claim.order.number)).toMatchObject({ status: 'fulfillment_error', lines: [{ status: 'fulfilling', failure: { kind: 'rejected' } }] });
    if (again) await shop.settling.settle(again, 'olga', allEnded(again, FULFILLED));
    expect(await shop.reader.byNumber(claim.order.number)).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled', failure: null, attempts: 2 }] });
  });

  it.each([1, 2])('changes nothing when the claim was lost, but closes its own attempt (order of %d; fails without the claim id in SETTLE)', async (lineCount) => {
    const first = await placed(shop, newOrder({}, lineCount));
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where order_id = $1`, [first.order.id]);
    const second = await shop.orders.claimUnfinished(first.order.id, operator);
    const render = (order: OrderSnapshot) => ({ status: 201, body: order.number });
    const late = await shop.settling.settle(first, 'staff', allEnded(first, REJECTED), { scope: newOrder().idempotency, render });
    expect([late.lostLineIds.length, late.answer]).toEqual([lineCount, null]);
    const { status: orderStatus, lines, history } = await shop.reader.detail(first.order.number);
    expect([orderStatus, lines[0]?.status, lines[0]?.claimId]).toEqual(['open', 'fulfilling', second?.lines[0]?.claimId]);
    expect(lines[0]?.attemptLog.map(({ outcome }) => outcome)).toEqual(['failed', 'pending']);
    expect(history.map(({ event }) => event)).not.toContain('fail');
  });

  it('waits for nobody with a lost claim: its successor would wait for it, and one of them be thrown out (fails when the loser looks under lock)', async () => {
    const lost = await placed(shop);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where order_id = $1`, [lost.order.id]);
    const living = await shop.orders.claimUnfinished(lost.order.id, operator);
    if (!living) throw new Error('A lapsed line can be claimed.');
    let settled: Promise<unknown> = Promise.resolve();
    await shop.em.fork().transactional(async (em) => {
      await em.execute('select 1 from orders where id = ? for update', [lost.order.id]);
      expect((await shop.settling.settle(lost, 'staff', allEnded(lost, SERVER_FAILURE))).lostLineIds).toHaveLength(1);
      settled = shop.settling.settle(living, 'olga', allEnded(living, FULFILLED));
    });
    await settled;
    expect(await status(lost.order.number)).toBe('complete');
  });

  it('settles what it still holds when one of its claims was lost, answers nobody, and judges the order by what is there', async () => {
    const order = newOrder({}, 2);
    const first = await placed(shop, order);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [first.lines[0]?.line.id]);
    const second = await shop.orders.claimUnfinished(order.id, operator);
    const render = ({ number }: OrderSnapshot) => ({ status: 201, body: number });
    const settled = await shop.settling.settle(first, 'staff', allEnded(first, FULFILLED), { scope: order.idempotency, render });
    expect([settled.lostLineIds, settled.answer]).toEqual([[first.lines[0]?.line.id], null]);
    expect(await shop.reader.byId(order.id)).toMatchObject({ status: 'open', lines: [{ status: 'fulfilling' }, { status: 'fulfilled' }] });
    if (second) await shop.settling.settle(second, 'olga', allEnded(second, FULFILLED));
    expect(await status(first.order.number)).toBe('complete');
  });

  it('moves the order from where it is, and not from where the claim saw it', async () => {
    const claim = await placed(shop);
    await shop.sql(`update orders set status = 'fulfillment_error' where id = $1`, [claim.order.id]);
    await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    const { status: now, history } = await shop.reader.detail(claim.order.number);
    expect([now, history.getItems().at(-1)?.fromStatus]).toEqual(['complete', 'fulfillment_error']);
  });

  it('tries again while the database is away, and writes its outcome once', async () => {
    const { hostname, port } = new URL(shop.databaseUrl);
    const proxy = await TcpProxy.listen({ host: hostname, port: Number(port) });
    const remote = await openOrders({ through: (url) => proxy.through(url) });
    const claim = await placed(remote);
    proxy.freezeReplies();
    const settling = remote.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    await until('the settle is committed', async () => (await remote.sql(`select 1 from orders where status = 'complete'`)).length > 0);
    // Committed, and nobody knows: the second try finds its claim gone.
    proxy.sever();
    proxy.thaw();
    const { lostLineIds } = await settling;
    const { history, status: now } = await remote.reader.detail(claim.order.number);
    expect([now, lostLineIds.length, history.getItems().filter(({ event }) => event === 'fulfil').length]).toEqual(['complete', 1, 1]);
    await remote.close();
    await proxy.close();
  });

  it('forgets the address of the learner when the line ends, and keeps it while it may be sent again', async () => {
    const claim = await placed(shop, newOrder({}, 2));
    await shop.settling.settle(claim, 'staff', [ended(claim, 0, FULFILLED), ended(claim, 1, REJECTED)]);
    expect((await shop.reader.detail(claim.order.number)).lines.map(({ learnerAddress }) => learnerAddress)).toEqual([null, '203.0.113.7']);
  });

  it('tells who, what and why in the history, in the order in which it happened', async () => {
    const claim = await placed(shop);
    await shop.settling.settle(claim, 'lena', allEnded(claim, REJECTED));
    const again = await shop.orders.claimUnfinished(claim.order.id, operator);
    if (again) await shop.settling.settle(again, 'olga', allEnded(again, FULFILLED));
    const { history } = await shop.reader.detail(claim.order.number);
    expect(history.map(({ actor, event, fromStatus, toStatus, reason }) => [actor, event, fromStatus, toStatus, reason])).toEqual([
      ['staff', 'place', null, 'open', null],
      ['lena', 'fail', 'fulfilling', 'failed', null],
      ['lena', 'failFulfillment', 'open', 'fulfillment_error', null],
      ['olga', 'resubmit', 'failed', 'fulfilling', 'again'],
      ['olga', 'fulfil', 'fulfilling', 'fulfilled', null],
      ['olga', 'complete', 'fulfillment_error', 'complete', null],
    ]);
  });

  it('takes lines back with the reason, and the order is refunded when all are', async () => {
    const claim = await placed(shop, newOrder({}, 2));
    await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    for (const [index, expected] of ['complete', 'refunded'].entries()) {
      const lineIds = [claim.lines[index]?.line.id ?? ''];
      const revocation = await shop.orders.claimRevocation(claim.order.id, operator, { statuses: ['fulfilled'], lineIds });
      if (revocation) await shop.settling.settle(revocation.claim, 'olga', allEnded(revocation.claim, { result: 'revoked', reason: 'never delivered' }));
      expect(await status(claim.order.number)).toBe(expected);
    }
    const { history } = await shop.reader.detail(claim.order.number);
    expect(history.filter(({ event }) => event === 'revoke').map(({ reason, toStatus }) => [reason, toStatus])).toEqual([['never delivered', 'revoked'], ['never delivered', 'revoked']]);
  });

  it('leaves a line as it was when it could not be taken back', async () => {
    const claim = await placed(shop);
    await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    const revocation = await shop.orders.claimRevocation(claim.order.id, operator, { statuses: ['fulfilled'], lineIds: null });
    if (revocation) await shop.settling.settle(revocation.claim, 'olga', allEnded(revocation.claim, { result: 'revocation_failed', reason: 'The LMS is down.' }));
    const order = await shop.reader.detail(claim.order.number);
    expect([order.status, order.lines[0]?.status, order.lines[0]?.claimId]).toEqual(['complete', 'fulfilled', null]);
    expect(order.history.getItems().at(-1)).toMatchObject({ event: 'revocationFailed', reason: 'The LMS is down.' });
  });

  it('moves lines only along rows of the table: every pair in the history is one', async () => {
    const pairs = await shop.sql<{ event: string; from_status: string; to_status: string }>(
      `select distinct event, from_status, to_status from order_history where line_id is not null and event not in ('revocationFailed', 'claimRevocation')`,
    );
    const rows = Object.entries(LINE_TRANSITIONS).flatMap(([from, row]) => Object.entries(row).map(([event, to]) => `${event}: ${from} > ${to}`));
    const reopened = ['resubmit: failed > fulfilling'];
    expect(pairs.map(({ event, from_status, to_status }) => `${event}: ${from_status} > ${to_status}`).filter((pair) => ![...rows, ...reopened].includes(pair))).toEqual([]);
    expect(pairs.length).toBeGreaterThan(4);
  });
});
