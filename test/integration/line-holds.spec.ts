import { randomUUIDv7 } from 'node:crypto';
import { LineHolds, type AskedBy, type Settlement } from '#orders';
import { OrdersDatabase } from '../../libs/orders/src/orders.database.js';
import { CLAIM_DECISION, CLAIM_DUE, CLAIM_UNFINISHED, claimDecisionValues, claimDueValues, claimUnfinishedValues } from '../../libs/orders/src/statements/claim.statement.js';
import { beginLate } from '../support/late-statement.js';
import { FULFILLED, LEASE_MS, REJECTED, SERVER_FAILURE, allEnded, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
let holds: LineHolds;
beforeAll(async () => {
  shop = await openOrders();
  holds = new LineHolds(new OrdersDatabase(shop.em));
});
afterAll(() => shop.close());

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'the course is being rebuilt' };
const scheduler: AskedBy = { kind: 'retry', actor: 'scheduler', reason: null };

/** An order of one line that ended like this, its line, and both of their ids. */
async function lineThat(settlement: Settlement) {
  const claim = await placed(shop);
  await shop.settling.settle(claim, 'staff', allEnded(claim, settlement));
  const { id: orderId, number } = claim.order;
  return { orderId, number, lineId: claim.lines[0]?.line.id ?? '' };
}

const makeDue = (lineId: string) => shop.sql(`update order_line set next_attempt_at = now() - interval '1 minute' where id = $1`, [lineId]);
const stored = async (lineId: string) => (await shop.sql<{ held: boolean; status: string; next: Date | null }>(`select held_at is not null as held, status, next_attempt_at as next from order_line where id = $1`, [lineId]))[0];
const lastEvent = async (number: string) => {
  const { history } = await shop.reader.detail(number);
  const entry = history.getItems().at(-1);
  return [entry?.event, entry?.fromStatus, entry?.toStatus, entry?.actor, entry?.reason, entry?.lineId];
};

describe('holding a line', () => {
  it.each([['waits', SERVER_FAILURE, 'open'], ['failed', REJECTED, 'failed']] as const)('that %s keeps everybody from claiming it to deliver it, and is on record', async (_, settlement, status) => {
    const line = await lineThat(settlement);
    await makeDue(line.lineId);
    await holds.hold(line, operator);
    expect(await shop.orders.claimUnfinished(line.orderId, operator)).toBeUndefined();
    expect(await shop.due.claim(line.lineId, scheduler, { alone: true, onlyLeft: false })).toBeUndefined();
    expect((await shop.due.find(100, [])).map(({ lineId }) => lineId)).not.toContain(line.lineId);
    expect(await lastEvent(line.number)).toEqual(['hold', status, status, 'olga', operator.reason, line.lineId]);
  });

  it('leaves a living claim to its holder, and forbids the next one', async () => {
    const claim = await placed(shop);
    const line = { orderId: claim.order.id, lineId: claim.lines[0]?.line.id ?? '' };
    await holds.hold(line, operator);
    expect((await shop.settling.settle(claim, 'staff', allEnded(claim, SERVER_FAILURE))).lostLineIds).toEqual([]);
    expect(await stored(line.lineId)).toMatchObject({ held: true, status: 'open', next: expect.any(Date) });
    await makeDue(line.lineId);
    expect(await shop.due.claim(line.lineId, scheduler, { alone: true, onlyLeft: false })).toBeUndefined();
  });

  it('ends with the line: what is delivered is not held', async () => {
    const claim = await placed(shop);
    const line = { orderId: claim.order.id, lineId: claim.lines[0]?.line.id ?? '' };
    await holds.hold(line, operator);
    await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    expect(await stored(line.lineId)).toMatchObject({ held: false, status: 'fulfilled' });
  });

  it('does not keep an operator from deciding about it', async () => {
    const line = await lineThat(SERVER_FAILURE);
    await holds.hold(line, operator);
    expect(await shop.orders.claimDecision(line.lineId, operator)).toBeDefined();
  });

  it('is refused where there is nothing to hold', async () => {
    const line = await lineThat(SERVER_FAILURE);
    await holds.hold(line, operator);
    await expect(holds.hold(line, operator)).rejects.toMatchObject({ code: 'line_held' });
    await expect(holds.hold(await lineThat(FULFILLED), operator)).rejects.toMatchObject({ code: 'line_finished' });
    await expect(holds.hold({ ...line, lineId: randomUUIDv7() }, operator)).rejects.toMatchObject({ code: 'line_not_found' });
    await expect(holds.hold({ ...line, orderId: (await lineThat(SERVER_FAILURE)).orderId }, operator)).rejects.toMatchObject({ code: 'line_not_found' });
    expect(await shop.sql(`select 1 from order_history where line_id = $1 and event = 'hold'`, [line.lineId])).toHaveLength(1);
  });

  it('is done once, whoever asks at the same moment', async () => {
    const line = await lineThat(SERVER_FAILURE);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => holds.hold(line, operator)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('letting a line go', () => {
  it('makes it due when it was, and is on record', async () => {
    const line = await lineThat(SERVER_FAILURE);
    const before = await stored(line.lineId);
    await holds.hold(line, operator);
    await holds.release(line, operator);
    expect(await stored(line.lineId)).toEqual(before);
    expect(await lastEvent(line.number)).toEqual(['unhold', 'open', 'open', 'olga', operator.reason, line.lineId]);
    await makeDue(line.lineId);
    expect(await shop.due.claim(line.lineId, scheduler, { alone: false, onlyLeft: false })).toBeDefined();
  });

  it('is refused when nobody holds it', async () => {
    const line = await lineThat(SERVER_FAILURE);
    await expect(holds.release(line, operator)).rejects.toMatchObject({ code: 'line_not_held' });
    await expect(holds.release({ ...line, orderId: randomUUIDv7() }, operator)).rejects.toMatchObject({ code: 'line_not_found' });
  });
});

describe('a claim that began before the hold', () => {
  const claims = [
    ['an operator', CLAIM_UNFINISHED, ({ orderId }: { orderId: string }) => claimUnfinishedValues(orderId, LEASE_MS, operator, { details: null, exceptTypes: [] })],
    ['the scheduler', CLAIM_DUE, ({ lineId }: { lineId: string }) => claimDueValues(lineId, LEASE_MS, scheduler, { alone: true, onlyLeft: false })],
  ] as const;

  it.each(claims)('(of %s) does not get the line once it is held (fails without `for no key update of l` in the claim)', async (_, statement, values) => {
    const line = await lineThat(SERVER_FAILURE);
    await makeDue(line.lineId);
    const late = await beginLate(shop.databaseUrl, statement, values(line));
    await holds.hold(line, operator);
    expect(await late.goOn()).toEqual([]);
    expect(await stored(line.lineId)).toMatchObject({ status: 'open' });
  });

  it('(to decide) gets it, and the hold stays', async () => {
    const line = await lineThat(SERVER_FAILURE);
    const late = await beginLate(shop.databaseUrl, CLAIM_DECISION, claimDecisionValues(line.lineId, LEASE_MS, operator));
    await holds.hold(line, operator);
    expect(await late.goOn()).toHaveLength(1);
    expect(await stored(line.lineId)).toMatchObject({ held: true, status: 'fulfilling' });
  });

  it('is waited for by the hold, which then sees what it did', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => lineThat(SERVER_FAILURE)));
    await Promise.all(orders.flatMap((line) => [holds.hold(line, operator), shop.orders.claimUnfinished(line.orderId, operator)]));
    for (const line of orders) expect(await shop.orders.claimUnfinished(line.orderId, operator)).toBeUndefined();
    expect(await shop.sql(`select 1 from order_line where id = any ($1) and held_at is not null`, [orders.map(({ lineId }) => lineId)])).toHaveLength(20);
  });
});

describe('an order of more lines', () => {
  it('is sent without those that are held', async () => {
    const claim = await placed(shop, newOrder({}, 3));
    await shop.settling.settle(claim, 'staff', allEnded(claim, REJECTED));
    const [first, second, third] = claim.lines.map(({ line }) => line.id);
    await holds.hold({ orderId: claim.order.id, lineId: second ?? '' }, operator);
    const again = await shop.orders.claimUnfinished(claim.order.id, operator);
    expect(again?.lines.map(({ line }) => line.id)).toEqual([first, third]);
  });
});
