import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import type { PaymentFilter } from '#payments';
import { BLOCKING } from '../../libs/orders/src/statements/owned.statement.js';
import { CLAIM_EXPIRY, FIND_EXPIRED } from '../../libs/orders/src/statements/pending-order.statement.js';
import { CLAIM_CHECK, FIND_CHECKS, PAYMENTS_OF_ORDER } from '../../libs/payments/src/ledger/payment.statements.js';
import { FAILING, OLDEST_DUE } from '../../libs/payments/src/ledger/payment-watch.service.js';
import { newestFirst } from '../../libs/payments/src/listing/newest-first.js';
import { LISTED_PAYMENTS } from '../../libs/payments/src/operators/payment-reader.service.js';
import { fillWithOrders } from '../support/orders.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** Every question that recurs has an index: none of them reads a table from end to end. */
let database: TestDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init({ ...mikroOrmOptions({ url: database.url, poolSize: 2 }) });
  await fillWithOrders(orm.em, 20_000);
  // Each order has a payment; few wait, few are parked, few are owed. One order in a hundred was never paid for, as carts are not.
  for (const statement of [
    `insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, captured_minor, captured_currency, opened_order, captured_at, created_at, updated_at)
     select gen_random_uuid(), id, number, 'stripe', 'captured', 4900, 'USD', 'pi_' || number, 4900, 'USD', true, placed_at, placed_at, placed_at from orders`,
    `update payment set status = 'started', captured_at = null, captured_minor = 0, opened_order = false, next_check_at = now() + interval '1 hour' where right(order_number, 2) = '01'`,
    `update payment set next_check_at = now() - interval '1 minute' where right(order_number, 4) = '0001'`,
    `update payment set opened_order = false, parked_cause = 'order_expired', parked_action = 'ask' where right(order_number, 3) = '002'`,
    `update payment set failure_kind = 'configuration', failure_detail = 'Wrong keys.' where right(order_number, 3) = '101'`,
    `update payment set owed = true where right(order_number, 3) = '003'`,
    `update orders set status = 'pending', expires_at = now() + interval '1 hour', expiry_check_at = now() + interval '1 hour' where right(number, 2) = '01'`,
    `update orders set expiry_check_at = now() - interval '1 minute' where right(number, 4) = '0001'`,
    `vacuum analyze orders, payment`,
  ]) await orm.em.fork().execute(statement);
}, 60_000);
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

/** The plan of a statement with its parameters put in. */
async function plan({ text }: { readonly text: string }, ...values: readonly string[]): Promise<string> {
  const sql = values.reduce((filled, value, index) => filled.replaceAll(new RegExp(`\\$${index + 1}(?!\\d)`, 'g'), value), text);
  const rows = await orm.em.fork().execute<Record<string, string>[]>(`explain ${sql}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const SOME_ID = `'0190f3a0-7b1c-7000-8000-000000000000'`;

it.each([
  ['whose time is over', FIND_EXPIRED, ['100'], 'orders_expiry_index'],
  ['whether one of them still is', CLAIM_EXPIRY, [SOME_ID, '60000'], 'orders_pkey'],
  ['what is to be read back', FIND_CHECKS, ['100'], 'payment_check_index'],
  ['whether one of them still is', CLAIM_CHECK, [SOME_ID, '60000'], 'payment_pkey'],
  ['what cannot be read back', FAILING, [], 'payment_failing_index'],
  ['what is overdue', OLDEST_DUE, [], 'orders_expiry_index'],
  ['what an order was paid by', PAYMENTS_OF_ORDER, [SOME_ID], 'payment_order_index'],
  ['what keeps a learner from buying', BLOCKING, [`'learner-77'`, `array[${SOME_ID}::uuid]`], 'order_line_owner_index'],
] as const)('%s is found by an index of its own', async (_, statement, values, index) => {
  const found = await plan(statement, ...values);
  expect(found).toContain(index);
  expect(found).not.toMatch(/Seq Scan/);
});

it.each<[string, PaymentFilter, string]>([
  ['all', {}, 'payment_pkey'],
  ['that wait for an operator', { parked: 'ask' }, 'payment_parked_index'],
  ['that somebody owes', { owed: true }, 'payment_owed_index'],
  ['that could not be read back', { failing: true }, 'payment_failing_index'],
  ['of an order', { orderNumber: 'X-77' }, 'payment_order_index'],
  ['of a processor', { processor: 'stripe' }, 'payment_pkey'],
])('a page of payments, %s, is found by an index', async (_, filter, index) => {
  const { statement, values } = newestFirst(LISTED_PAYMENTS, { filter, limit: 20, afterId: null });
  const found = await plan(statement, ...values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))));
  expect(found).toContain(index);
  expect(found).not.toMatch(/Seq Scan/);
});
