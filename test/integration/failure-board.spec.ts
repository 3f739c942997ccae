import { FailureBoard } from '#orders';
import { OrdersDatabase } from '../../libs/orders/src/orders.database.js';
import { boardStatement } from '../../libs/orders/src/statements/failure-board.statement.js';
import { SERVER_FAILURE, fillWithOrders, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';
import { unfinished } from '../support/resubmissions.js';
import { fillWithUnfinishedLines } from '../support/unfinished-lines.js';

let shop: OrdersUnderTest;
let board: FailureBoard;
beforeEach(async () => {
  shop = await openOrders();
  board = new FailureBoard(new OrdersDatabase(shop.em));
}, 60_000);
afterEach(() => shop.close());

const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';
const set = (lineId: string, change: string) => shop.sql(`update order_line set ${change} where id = $1`, [lineId]);

describe('the board of failures', () => {
  it('is empty when all is delivered', async () => {
    expect(await board.view({})).toEqual({ groups: [], moreGroups: false, totals: { count: 0, waiting: 0, failed: 0, held: 0, givenUp: 0, oldestPaidAt: null }, inDelivery: 0 });
  });

  it('groups what is unfinished by kind, product type, course and age, most lines first, and counts what is in delivery apart', async () => {
    const rejected = [await unfinished(shop), await unfinished(shop), await unfinished(shop)];
    await set(rejected[0]?.lineId ?? '', 'held_at = now()');
    await set(rejected[1]?.lineId ?? '', 'given_up_at = now()');
    const waiting = await unfinished(shop, { productType: 'donation', details: {} }, SERVER_FAILURE);
    await set(waiting.lineId, `paid_at = '2026-01-01T00:00:00Z'`);
    await unfinished(shop, {}, { result: 'released' });
    const unpaid = await unfinished(shop);
    await set(unpaid.lineId, 'paid_at = null');
    const finished = await unfinished(shop);
    await set(finished.lineId, `status = 'revoked'`);
    await placed(shop, newOrder());
    const { groups, totals, inDelivery, moreGroups } = await board.view({});
    const counts = { oldestPaidAt: expect.any(Date), held: 0, givenUp: 0 };
    expect(groups).toEqual([
      { failureKind: 'rejected', productType: 'seat', courseId: BIOLOGY, age: 'under_1h', ...counts, count: 3, waiting: 0, failed: 3, held: 1, givenUp: 1 },
      { failureKind: 'server', productType: 'donation', courseId: null, age: 'older', ...counts, count: 1, waiting: 1, failed: 0, oldestPaidAt: new Date('2026-01-01T00:00:00Z') },
      { failureKind: null, productType: 'seat', courseId: BIOLOGY, age: 'under_1h', ...counts, count: 1, waiting: 1, failed: 0 },
    ]);
    expect([totals, inDelivery, moreGroups]).toEqual([{ count: 5, waiting: 2, failed: 3, held: 1, givenUp: 1, oldestPaidAt: new Date('2026-01-01T00:00:00Z') }, 1, false]);
  });

  it.each([
    ['59 minutes', 'under_1h'],
    ['61 minutes', 'under_1d'],
    ['23 hours', 'under_1d'],
    ['25 hours', 'under_7d'],
    ['167 hours', 'under_7d'],
    ['169 hours', 'older'],
  ])('takes a line that was paid %s ago for %s', async (age, bucket) => {
    const { lineId } = await unfinished(shop);
    await set(lineId, `paid_at = now() - interval '${age}'`);
    expect((await board.view({})).groups.map((group) => group.age)).toEqual([bucket]);
  });

  it('shows only what it is asked for', async () => {
    await unfinished(shop);
    await unfinished(shop, { productType: 'donation', details: {} }, SERVER_FAILURE);
    await unfinished(shop, {}, { result: 'released' });
    const shown = async (filter: Parameters<FailureBoard['view']>[0]) => {
      const { groups, totals } = await board.view(filter);
      return [groups.map(({ failureKind, productType }) => `${failureKind} ${productType}`), totals.count];
    };
    expect(await shown({ failureKind: 'server' })).toEqual([['server donation'], 1]);
    expect(await shown({ failureKind: 'none' })).toEqual([['null seat'], 1]);
    expect(await shown({ productType: 'donation' })).toEqual([['server donation'], 1]);
    expect(await shown({ courseId: BIOLOGY, failureKind: 'rejected' })).toEqual([['rejected seat'], 1]);
  });

  it('shows 500 groups at most, and counts all; it reads an index and not the table', async () => {
    await fillWithOrders(shop.em, 20_000);
    await fillWithUnfinishedLines(shop.em, 5_000, 700);
    const { groups, moreGroups, totals } = await board.view({});
    expect([groups.length, moreGroups, totals.count]).toEqual([500, true, 5_000]);
    expect((await board.view({ productType: 'donation' })).moreGroups).toBe(false);
    for (const filter of [{}, { failureKind: 'server' }, { productType: 'seat' }, { courseId: 'course-7' }] as const) {
      const { sql, values } = boardStatement(filter, 501);
      const plan = (await shop.sql<Record<string, string>>(`explain ${sql}`, [...values])).map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('Index Only Scan using order_line_backlog_index');
    }
  });
});
