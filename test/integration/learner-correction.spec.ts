import { randomUUID } from 'node:crypto';
import { LearnerCorrection, type AskedBy, type Settlement } from '#orders';
import { OrdersDatabase } from '../../libs/orders/src/orders.database.js';
import { CLAIM_DUE, CLAIM_UNFINISHED, claimDueValues, claimUnfinishedValues } from '../../libs/orders/src/statements/claim.statement.js';
import { block } from '../support/blocker.js';
import { beginLate } from '../support/late-statement.js';
import { FULFILLED, LEASE_MS, REJECTED, SERVER_FAILURE, allEnded, ended, newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';
import { until } from '../support/until.js';

let shop: OrdersUnderTest;
let correction: LearnerCorrection;
beforeAll(async () => {
  shop = await openOrders();
  correction = new LearnerCorrection(new OrdersDatabase(shop.em));
});
afterAll(() => shop.close());

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'the learner mistyped his name' };
const scheduler: AskedBy = { kind: 'retry', actor: 'scheduler', reason: null };
const somebody = () => `somebody-${randomUUID().slice(0, 8)}`;

/** An order whose lines ended like this. */
async function orderWith(...settlements: Settlement[]) {
  const claim = await placed(shop, newOrder({}, settlements.length));
  await shop.settling.settle(claim, 'staff', settlements.map((settlement, index) => ended(claim, index, settlement)));
  return { claim, id: claim.order.id, number: claim.order.number, was: claim.order.learner };
}

const learnerOf = (id: string) =>
  shop.sql<{ username: string; line: string }>(`select o.learner_username as username, o.learner_email as email, l.learner_username as line, l.learner_address as address from orders o join order_line l on l.order_id = o.id where o.id = $1 order by l.position`, [id]);
const corrections = (id: string) => shop.sql<{ actor: string }>(`select actor, reason, change, line_id from order_history where order_id = $1 and event = 'correctLearner'`, [id]);

const becomesWaiting = () => until('somebody waits for a lock', async () => (await shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0);

describe('correcting the learner', () => {
  it('gives the order and all its lines to him, forgets where the other one was, and puts old and new on record', async () => {
    const { id, was } = await orderWith(REJECTED, SERVER_FAILURE);
    const username = somebody();
    await correction.correct(id, { username, email: 'right@example.com' }, operator);
    const row = { username, email: 'right@example.com', line: username, address: null };
    expect(await learnerOf(id)).toEqual([row, row]);
    const change = { learner: { from: { ...was }, to: { username, email: 'right@example.com' } } };
    expect(await corrections(id)).toEqual([{ actor: 'olga', reason: operator.reason, change, line_id: null }]);
    const claim = await shop.orders.claimUnfinished(id, operator);
    expect([claim?.order.learner, claim?.lines.map(({ learnerAddress }) => learnerAddress)]).toEqual([{ username, email: 'right@example.com' }, [null, null]]);
  });

  it('keeps no e-mail address of another learner', async () => {
    const { id } = await orderWith(REJECTED);
    const username = somebody();
    await correction.correct(id, { username }, operator);
    expect(await learnerOf(id)).toMatchObject([{ username, email: null }]);
  });

  it('can be about his e-mail address only, and then knows where he was', async () => {
    const { id, was } = await orderWith(REJECTED);
    await correction.correct(id, { username: was.username, email: 'new@example.com' }, operator);
    expect(await learnerOf(id)).toEqual([{ username: was.username, email: 'new@example.com', line: was.username, address: '203.0.113.7' }]);
  });

  it('changes nothing when he is the right one', async () => {
    const { id, was } = await orderWith(REJECTED);
    await correction.correct(id, { username: was.username }, operator);
    expect([await learnerOf(id), await corrections(id)]).toMatchObject([[{ email: was.email, address: '203.0.113.7' }], []]);
  });
});

describe('the learner stays', () => {
  const onLine = (sql: string) => (id: string) => shop.sql(`update order_line set ${sql} where order_id = $1 and position = 2`, [id]);
  const lives = `status = 'fulfilling', claim_id = gen_random_uuid(), claim_purpose = 'deliver', lease_until = now() + interval '1 minute'`;

  it.each([
    ['was delivered', onLine(`status = 'fulfilled'`), /is fulfilled/],
    ['was taken back', onLine(`status = 'revoked'`), /is revoked/],
    ['may have arrived', onLine('may_have_arrived = true'), /may have arrived/],
    ['is being delivered', onLine(lives), /being worked on/],
    ['was left by its holder', onLine(lives.replace('+', '-')), /being worked on/],
    ['is being taken back', onLine(`claim_id = gen_random_uuid(), claim_purpose = 'revoke', lease_until = now() + interval '1 minute'`), /being worked on/],
    ['has an attempt of which nobody knows', (id: string) => shop.sql(`update fulfillment_attempt set outcome = 'unknown' where line_id in (select id from order_line where order_id = $1 and position = 2)`, [id]), /nobody knows/],
  ])('once a line of the order %s', async (_, happen, why) => {
    const { id, was } = await orderWith(REJECTED, REJECTED);
    await happen(id);
    await expect(correction.correct(id, { username: somebody() }, operator)).rejects.toMatchObject({ code: 'learner_fixed', message: expect.stringMatching(why) });
    expect([await learnerOf(id), await corrections(id)]).toMatchObject([[{ username: was.username, line: was.username }, { line: was.username }], []]);
  });

  it('when the other one has or awaits one of the products', async () => {
    const username = somebody();
    const product = newLine();
    const claim = await placed(shop, newOrder({ lines: [product], learner: { username, email: null, address: null } }));
    await shop.settling.settle(claim, 'staff', allEnded(claim, FULFILLED));
    const other = await placed(shop, newOrder({ lines: [newLine(), newLine({ productId: product.productId })] }));
    await shop.settling.settle(other, 'staff', allEnded(other, REJECTED));
    await expect(correction.correct(other.order.id, { username }, operator)).rejects.toMatchObject({ code: 'already_owned' });
    expect([await learnerOf(other.order.id), await corrections(other.order.id)]).toMatchObject([[{ username: other.order.learner.username }, { line: other.order.learner.username }], []]);
  });

  it('for an order that is not there', async () => {
    await expect(correction.correct(randomUUID(), { username: somebody() }, operator)).rejects.toMatchObject({ code: 'order_not_found' });
  });
});

describe('a correction beside others', () => {
  const claims = [
    ['an operator', CLAIM_UNFINISHED, ({ id }: { id: string; lineId: string }) => claimUnfinishedValues(id, LEASE_MS, operator, { details: null, exceptTypes: [] })],
    ['the scheduler', CLAIM_DUE, ({ lineId }: { id: string; lineId: string }) => claimDueValues(lineId, LEASE_MS, scheduler, { alone: true, onlyLeft: false })],
  ] as const;

  it.each(claims)('keeps a claim of %s that began before it from delivering to the other learner (fails without `l.learner_username = o.learner_username` in the claim)', async (_, statement, values) => {
    const { id, claim } = await orderWith(SERVER_FAILURE);
    const lineId = claim.lines[0]?.line.id ?? '';
    await shop.sql(`update order_line set next_attempt_at = now() where id = $1`, [lineId]);
    const username = somebody();
    const late = await beginLate(shop.databaseUrl, statement, values({ id, lineId }));
    await correction.correct(id, { username }, operator);
    expect(await late.goOn()).toEqual([]);
    expect((await shop.due.claim(lineId, scheduler, { alone: false, onlyLeft: false }))?.order.learner.username).toBe(username);
  });

  it('waits for no line: a settle that has its line waits for the order, and would wait for ever (fails without `skip locked` in LOCK_FREE_LINES)', async () => {
    const { id, claim, was } = await orderWith(SERVER_FAILURE);
    const settle = await block(shop.databaseUrl, `select 1 from order_line where id = $1 for no key update`, [claim.lines[0]?.line.id]);
    try {
      const waits = becomesWaiting().then(() => 'waits', () => 'never waits');
      const refused = correction.correct(id, { username: somebody() }, operator).catch((error: { code: string }) => error.code);
      expect(await Promise.race([refused, waits])).toBe('learner_fixed');
    } finally {
      await settle.release();
    }
    expect(await learnerOf(id)).toMatchObject([{ username: was.username }]);
  });

  it('waits for a settle that has the order, without a line of it, and judges what the settle left (fails without LOCK_ORDER)', async () => {
    const { id, claim } = await orderWith(SERVER_FAILURE, SERVER_FAILURE);
    const settle = await block(shop.databaseUrl, `select 1 from orders where id = $1 for no key update`, [id]);
    const correcting = correction.correct(id, { username: somebody() }, operator).then(() => 'corrected', (error: { code: string }) => error.code);
    try {
      await becomesWaiting();
      const settled = await shop.sql(`update order_line set status = 'fulfilled' where id in (select id from order_line where id = $1 for update skip locked) returning id`, [claim.lines[0]?.line.id]);
      expect(settled).toHaveLength(1);
    } finally {
      await settle.release();
    }
    expect(await correcting).toBe('learner_fixed');
  });

  it('never leaves lines of one order with two learners, however many correct it at once', async () => {
    const { id } = await orderWith(REJECTED, SERVER_FAILURE, REJECTED);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => correction.correct(id, { username: somebody() }, operator)));
    const rows = await learnerOf(id);
    expect(new Set(rows.flatMap(({ username, line }) => [username, line])).size).toBe(1);
    expect((await corrections(id)).length).toBe(results.filter(({ status }) => status === 'fulfilled').length);
  });
});
