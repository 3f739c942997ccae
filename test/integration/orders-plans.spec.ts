import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { OrderReader, type OrderFilter } from '#orders';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** Every question that recurs has an index: none of them reads a table from end to end. */
let database: TestDatabase;
let orm: MikroORM;
const asked: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const logger = (message: string) => void asked.push(message.replace(/\u001b\[\d+m/g, ''));
  orm = await MikroORM.init({ ...mikroOrmOptions({ url: database.url, poolSize: 2 }), debug: ['query', 'query-params'], logger, colors: false });
  await fill(orm, 20_000);
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

async function fill({ em }: MikroORM, count: number): Promise<void> {
  await em.fork().execute(
    `insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
     select gen_random_uuid(), 'X-' || n, case when n % 500 = 0 then 'fulfillment_error' else 'complete' end, 'USD', 0, 'learner-' || n % 5000, 'staff', false, 'free', 'settled', 1, now() - n * interval '1 minute'
       from generate_series(1, ?) n`,
    [count],
  );
  await em.fork().execute(
    `insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, learner_username, sold_once, status, attempts,
                             failure_kind, failure_detail, failure_passing, next_attempt_at)
     select gen_random_uuid(), id, 1, case when right(number, 3) = '123' then 'RARE' else 'COMMON' end, gen_random_uuid(), 'seat', 'T', '{}', 1, 0, learner_username, false,
            case status when 'complete' then 'fulfilled' else 'open' end, 1, case status when 'complete' then null else 'server' end, case status when 'complete' then null else 'x' end,
            case status when 'complete' then null else true end, case status when 'complete' then null else now() end
       from orders`,
  );
  await em.fork().execute('analyze');
}
