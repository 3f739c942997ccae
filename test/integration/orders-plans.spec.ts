import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { OrderReader, type OrderFilter } from '#orders';
import { fillWithOrders } from '../support/orders.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** Every question that recurs has an index: none of them reads a table from end to end. */
let database: TestDatabase;
let orm: MikroORM;
const asked: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const logger = (message: string) => void asked.push(message);
  orm = await MikroORM.init({ ...mikroOrmOptions({ url: database.url, poolSize: 2 }), debug: ['query', 'query-params'], logger, colors: false });
  await fillWithOrders(orm.em, 20_000);
}, 60_000);
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

async function plan(sql: string): Promise<string> {
  const rows = await orm.em.fork().execute<Record<string, string>[]>(`explain ${sql}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The statement by which a page of orders is found, with its values. */
async function listStatement(filter: OrderFilter): Promise<string> {
  asked.length = 0;
  await new OrderReader(orm.em).list(filter, 20, null);
  const [first] = asked.filter((message) => message.includes('from "orders"'));
  return first?.replace(/^\[query\] /, '').replace(/ \[took .*$/s, '') ?? 'nothing was asked';
}

describe('a page of orders', () => {
  it.each<[string, OrderFilter]>([
    ['all', {}],
    ['of a learner', { learner: 'learner-77' }],
    ['by status', { status: 'fulfillment_error' }],
    ['by SKU', { sku: 'RARE' }],
    ['by a SKU that nearly every order has', { sku: 'COMMON' }],
    ['by kind of failure', { failureKind: 'server' }],
  ])('%s is found by an index', async (_, filter) => {
    const found = await plan(await listStatement(filter));
    expect(found).toMatch(/Index/);
    expect(found).not.toMatch(/Seq Scan/);
  });
});

describe('what the scheduler will ask', () => {
  it.each([
    ['what is due', `select id from order_line where status = 'open' and next_attempt_at is not null and held_at is null and next_attempt_at <= now() order by next_attempt_at limit 100`, 'order_line_due_index'],
    ['whose holder is gone', `select id from order_line where lease_until is not null and lease_until <= now() order by lease_until limit 100`, 'order_line_lease_index'],
  ])('%s is found by an index of its own', async (_, sql, index) => {
    expect(await plan(sql)).toContain(index);
  });
});
