import type { AskedBy, NewOrder, OrderClaim } from '#orders';
import { block } from '../support/blocker.js';
import { FULFILLED, REJECTED, SERVER_FAILURE, allEnded, ended, newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
beforeEach(() => shop.sql(`update order_line set next_attempt_at = null where status = 'open'`));
afterAll(() => shop.close());

const scheduler: AskedBy = { kind: 'retry', actor: 'scheduler', reason: null };
const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'the LMS works again' };
const REFUSAL = { kind: 'server', detail: 'The breaker is open.', retryInMs: 30_000 } as const;

const idOf = (claim: OrderClaim, index = 0) => claim.lines[index]?.line.id ?? '';
const lapse = (lineId: string) => shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1 and claim_id is not null`, [lineId]);
const due = (lineId: string, ago = '1 second') => shop.sql(`update order_line set next_attempt_at = now() - $2::interval where id = $1 and status = 'open'`, [lineId, ago]);
const row = async (lineId: string) => (await shop.sql(`select * from order_line where id = $1`, [lineId]))[0];
const find = (limit = 10, exceptTypes: string[] = []) => shop.due.find(limit, exceptTypes);

/** A paid line that waits for its next attempt. */
async function waiting(order: NewOrder = newOrder()): Promise<OrderClaim> {
  const claim = await placed(shop, order);
  await shop.settling.settle(claim, 'staff', allEnded(claim, SERVER_FAILURE));
  return claim;
}

describe('a line that failed in passing', () => {
  it('is due after its wait by the clock of the database, and not before', async () => {
    const lineId = idOf(await waiting());
    const [{ left_ms: leftMs } = { left_ms: 0 }] = await shop.sql<{ left_ms: number }>(`select (extract(epoch from next_attempt_at - now()) * 1000)::float8 as left_ms from order_line where id = $1`, [lineId]);
    expect(leftMs).toBeGreaterThan(50_000);
    expect(leftMs).toBeLessThan(65_000);
    expect(await find()).toEqual([]);
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toBeUndefined();
    await due(lineId);
    expect((await find()).map((line) => [line.lineId, line.productType, line.alone])).toEqual([[lineId, 'seat', false]]);
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toMatchObject({ lines: [{ tries: 2, lostLeases: 0, line: { attempts: 2, status: 'fulfilling' } }] });
  });

  it('is given to one of fifty that ask at once (fails without the claim condition on claim_id and lease_until)', async () => {
    const lineId = idOf(await waiting());
    await due(lineId);
    const claims = await Promise.all(Array.from({ length: 50 }, () => shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await shop.sql(`select 1 from fulfillment_attempt where line_id = $1 and outcome = 'pending'`, [lineId])).toHaveLength(1);
  });

  it('does not wait for a lock', async () => {
    const lineId = idOf(await waiting());
    await due(lineId);
    const blocker = await block(shop.databaseUrl, 'select 1 from order_line where id = $1 for update', [lineId]);
    expect(await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })).toBeUndefined();
    await blocker.release();
  });

  it.each([
    ['held', `update order_line set held_at = now() where id = $1`],
    ['of an order that is not paid', `update orders set status = 'pending' where id = (select order_id from order_line where id = $1)`],
    ['without a time', `update order_line set next_attempt_at = null where id = $1`],
    ['failed for good', `update order_line set status = 'failed' where id = $1`],
  ])('is not claimed when it is %s', async (_, sql) => {
    const lineId = idOf(await waiting());
    await due(lineId);
    await shop.sql(sql, [lineId]);
    expect(await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })).toBeUndefined();
  });

  it('keeps the time of its age and counts on through retries, and begins anew when an operator sends it again', async () => {
    const claim = await waiting();
    const lineId = idOf(claim);
    await shop.sql(`update order_line set retry_since = now() - interval '3 hours' where id = $1`, [lineId]);
    await due(lineId);
    const retry = await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false });
    expect(Date.now() - (retry?.lines[0]?.retrySince.getTime() ?? 0)).toBeGreaterThan(10_000_000);
    await shop.settling.settle(retry as OrderClaim, 'scheduler', allEnded(retry as OrderClaim, { ...REJECTED, retry: null } as never));
    const again = await shop.orders.claimUnfinished(claim.order.id, operator);
    expect(again?.lines[0]).toMatchObject({ tries: 1, line: { attempts: 3 } });
    expect(Date.now() - (again?.lines[0]?.retrySince.getTime() ?? 0)).toBeLessThan(60_000);
  });

  it('does not count an attempt that cost none', async () => {
    const lineId = idOf(await waiting());
    await due(lineId);
    const claim = (await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })) as OrderClaim;
    await shop.settling.settle(claim, 'scheduler', allEnded(claim, { ...SERVER_FAILURE, retry: { inMs: 1_000, costsAttempt: false } } as never));
    expect(await row(lineId)).toMatchObject({ tries: 1, attempts: 2 });
  });
});

describe('what is due', () => {
  it('is found oldest first, and of all product types alike, also of those that nobody knows any more', async () => {
    const order = newOrder({ lines: ['seat', 'donation', 'seat', 'jetpack'].map((productType) => newLine({ productType })) });
    const claim = await waiting(order);
    for (const [index, ago] of ['4 minutes', '3 minutes', '1 minute', '2 minutes'].entries()) await due(idOf(claim, index), ago);
    expect((await find()).map(({ lineId }) => lineId)).toEqual([0, 1, 3, 2].map((index) => idOf(claim, index)));
    expect((await find(2)).map(({ lineId }) => lineId)).toEqual([0, 1].map((index) => idOf(claim, index)));
  });

  it('is not hidden behind a product type whose provider must not be called', async () => {
    const claim = await waiting(newOrder({ lines: ['seat', 'seat', 'donation'].map((productType) => newLine({ productType })) }));
    for (const [index, ago] of ['3 minutes', '2 minutes', '1 minute'].entries()) await due(idOf(claim, index), ago);
    expect((await find(1, ['seat'])).map(({ lineId }) => lineId)).toEqual([idOf(claim, 2)]);
  });

  it('is all of it once, however the batches fall', async () => {
    const claim = await waiting(newOrder({}, 25));
    for (const { line } of claim.lines) await due(line.id);
    expect((await find(100)).map(({ lineId }) => lineId).sort()).toEqual(claim.lines.map(({ line }) => line.id).sort());
  });
});

describe('a line that its holder left', () => {
  it('is found when the lease has run out, also where its provider must not be called, and is claimed only by who runs nothing else', async () => {
    const lineId = idOf(await placed(shop, newOrder()));
    expect(await find()).toEqual([]);
    await lapse(lineId);
    expect((await find(10, ['seat'])).map((line) => [line.lineId, line.alone])).toEqual([[lineId, true]]);
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toBeUndefined();
    expect(await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })).toMatchObject({ lines: [{ lostLeases: 1, mayHaveArrived: true }] });
  });

  it('stays one for whoever runs nothing else until a holder has lived through its delivery', async () => {
    const lineId = idOf(await placed(shop, newOrder()));
    await lapse(lineId);
    const second = (await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })) as OrderClaim;
    await lapse(lineId);
    const third = (await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })) as OrderClaim;
    expect([second.lines[0]?.lostLeases, third.lines[0]?.lostLeases]).toEqual([1, 2]);
    await shop.settling.settle(third, 'scheduler', [{ ...ended(third, 0, SERVER_FAILURE), attempt: null }]);
    expect(await row(lineId)).toMatchObject({ status: 'open', lost_leases: 2 });
    await due(lineId);
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toBeUndefined();
    const fourth = (await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })) as OrderClaim;
    await shop.settling.settle(fourth, 'scheduler', allEnded(fourth, SERVER_FAILURE));
    expect(await row(lineId)).toMatchObject({ lost_leases: 0 });
  });

  it('has its attempts closed, one row for each holder', async () => {
    const claim = await placed(shop, newOrder());
    await lapse(idOf(claim));
    await shop.due.claim(idOf(claim), scheduler, { alone: true, onlyLeft: false });
    const { lines } = await shop.reader.detail(claim.order.number);
    expect(lines[0]?.attemptLog.map(({ outcome, requestedBy }) => [outcome, requestedBy])).toEqual([['unknown', 'checkout:staff'], ['pending', 'retry:scheduler']]);
  });
});

describe('a line that is refused a call when it is sold', () => {
  it('is born waiting, with the reason and no attempt, in an order that says so', async () => {
    const claim = await placed(shop, newOrder({ lines: [newLine({ refusal: REFUSAL })] }));
    expect(claim).toMatchObject({ lines: [], lineCount: 1, order: { status: 'fulfillment_error', lines: [{ status: 'open', attempts: 0, failure: { kind: 'server', passing: true } }] } });
    const order = await shop.reader.detail(claim.order.number);
    expect(order).toMatchObject({ status: 'fulfillment_error' });
    expect(order.snapshot()).toEqual(claim.order);
    expect(order.lines[0]?.attemptLog.length).toBe(0);
    expect(order.history.map(({ event, fromStatus, toStatus }) => [event, fromStatus ?? null, toStatus])).toEqual([['place', null, 'open'], ['failFulfillment', 'open', 'fulfillment_error']]);
    const lineId = order.lines[0]?.id ?? '';
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toBeUndefined();
    await due(lineId);
    expect(await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false })).toMatchObject({ lines: [{ tries: 1, mayHaveArrived: false, line: { attempts: 1 } }] });
  });

  it('waits beside lines that are delivered, and the order completes when the last one is', async () => {
    const claim = await placed(shop, newOrder({ lines: [newLine(), newLine({ refusal: REFUSAL }), newLine()] }));
    expect(claim.lines).toHaveLength(2);
    const { order } = await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    expect([order.status, order.lines.map(({ status }) => status)]).toEqual(['fulfillment_error', ['fulfilled', 'open', 'fulfilled']]);
    const waits = order.lines[1]?.id ?? '';
    await due(waits);
    const last = (await shop.due.claim(waits, scheduler, { alone: false, onlyLeft: false })) as OrderClaim;
    expect((await shop.settling.settle(last, 'scheduler', allEnded(last, FULFILLED))).order.status).toBe('complete');
  });
});

describe('the migration', () => {
  it('is in the template: what waited without a time is due (the statement of the migration, run again)', async () => {
    const lineId = idOf(await waiting());
    await shop.sql(`update order_line set next_attempt_at = null where id = $1`, [lineId]);
    const { DUE_AT_ONCE } = await import('../../config/migrations/Migration20261122000200_retries.js');
    await shop.sql(DUE_AT_ONCE);
    expect((await find(100)).map((line) => line.lineId)).toContain(lineId);
  });
});

describe('what a replica of the version before writes', () => {
  it.each([
    ['a failure that may pass, without a time', `update order_line set next_attempt_at = null where id = $1`],
    ['a line without the time of its payment', `update order_line set next_attempt_at = null, paid_at = null, retry_since = null, course_id = null where id = $1`],
  ])('is adopted: %s', async (_, sql) => {
    const lineId = idOf(await waiting());
    await shop.sql(sql, [lineId]);
    expect((await find(100)).map((line) => line.lineId)).not.toContain(lineId);
    await shop.due.adopt();
    expect((await find(100)).map((line) => line.lineId)).toContain(lineId);
    expect(await row(lineId)).toMatchObject({ paid_at: expect.any(Date), retry_since: expect.any(Date), course_id: 'course-v1:AcmeX+BIO1+2026' });
  });

  it('leaves alone what is not paid, held by somebody, or finished', async () => {
    const [open, claimed, done] = [await waiting(), await placed(shop, newOrder()), await placed(shop, newOrder())];
    await shop.settling.settle(done, 'staff', allEnded(done, FULFILLED));
    await shop.sql(`update order_line set next_attempt_at = null where id = $1`, [idOf(open)]);
    await shop.sql(`update orders set status = 'pending', payment_status = 'pending' where id = $1`, [open.order.id]);
    await shop.sql(`update order_line set paid_at = null where id = any($1)`, [[idOf(claimed), idOf(done)]]);
    await shop.due.adopt();
    const rows = await shop.sql<{ next_attempt_at: Date | null; paid_at: Date | null }>('select next_attempt_at, paid_at from order_line where id = any($1)', [[open, claimed, done].map((claim) => idOf(claim))]);
    expect(rows.map(({ next_attempt_at: nextAttemptAt }) => nextAttemptAt)).toEqual([null, null, null]);
    expect(rows.filter(({ paid_at: paidAt }) => paidAt === null)).toHaveLength(2);
  });
});

it('a course of any length keeps no line from being settled', async () => {
  const claim = await placed(shop, newOrder({ lines: [newLine({ details: { courseId: 'x'.repeat(10_000), mode: 'audit' } })] }));
  await shop.settling.settle(claim, 'staff', allEnded(claim, REJECTED));
  expect((await row(idOf(claim)))?.['course_id']).toHaveLength(255);
});

describe('a cancellation whose holder died', () => {
  it('leaves the line to the scheduler', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    await lapse(lineId);
    await shop.orders.claimRevocation(claim.order.id, operator, { statuses: ['open', 'failed'], lineIds: null });
    expect(await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })).toBeUndefined();
    await lapse(lineId);
    expect(await shop.due.claim(lineId, scheduler, { alone: true, onlyLeft: false })).toMatchObject({ lines: [{ mayHaveArrived: true }] });
  });
});
