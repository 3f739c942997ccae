import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { OrderReader, type OrderFilter } from '#orders';
import { BACKLOG } from '../../libs/orders/src/statements/backlog.statement.js';
import { FIND_ACCEPTED, FIND_DUE } from '../../libs/orders/src/statements/due.statement.js';
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

describe('what the scheduler asks', () => {
  it.each([
    ['what is due', FIND_DUE, 'order_line_due_index'],
    ['whose holder is gone', FIND_DUE, 'order_line_lease_index'],
    ['what providers have accepted', FIND_ACCEPTED, 'order_line_accepted_index'],
    ['what they have had long enough', FIND_ACCEPTED, 'order_line_overdue_index'],
    ['how much is left to do', BACKLOG, 'order_line_backlog_index'],
    ['what is oldest', BACKLOG, 'order_line_waiting_index'],
  ])('%s is found by an index of its own', async (_, { text }, index) => {
    const found = await plan(text.replaceAll('$1', '100').replaceAll('$2', `array['donation']`));
    expect(found).toContain(index);
    expect(found).not.toMatch(/Seq Scan/);
  });
});
