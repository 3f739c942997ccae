import { FIND_DUE } from '../../libs/refunds/src/halves/refund-claims.service.js';
import { FIND_LATE } from '../../libs/refunds/src/outside/late-payments.service.js';
import { LOCK_REFUNDS_OF_PAYMENT } from '../../libs/refunds/src/books/refund.statements.js';
import { FIGURES, REFUNDS_OF_ORDER } from '../../libs/refunds/src/reading/read.statements.js';
import { fillWithOrders, openOrders, type OrdersUnderTest } from '../support/orders.js';

/** Every question that recurs has an index: none of them reads a table from end to end, however much was ever returned. */
let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
  await fillWithOrders(shop.em, 10_000);
  await shop.sql(`
insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, captured_minor, opened_order, created_at, captured_at, updated_at, parked_cause, parked_action)
select gen_random_uuid(), id, number, 'card', 'captured', 100, 'USD', 100, true, now(), now(), now(),
       case when right(number, 3) = '007' then 'order_expired' end, case when right(number, 3) = '007' then 'refund' end from orders`);
  await shop.sql(`
insert into refund (id, number, order_id, order_number, learner_username, payment_id, origin, status, amount_minor, currency, access, reason, requested_by, next_attempt_at, completed_at, created_at, updated_at)
select gen_random_uuid(), 'RF-' || o.number, o.id, o.number, o.learner_username, p.id, 'request', case when right(o.number, 3) = '100' then 'approved' else 'complete' end, 1, 'USD', 'keep', 'x', 'x',
       case when right(o.number, 3) = '100' then now() end, case when right(o.number, 3) <> '100' then now() end, now(), now()
  from orders o join payment p on p.order_id = o.id`);
  await shop.sql('vacuum analyze refund, payment');
}, 60_000);
afterAll(() => shop.close());

it.each([
  ['what is due', FIND_DUE, `100, 'approved'`, 'refund_due_index'],
  ['what came too late', FIND_LATE, '100', 'payment_parked_index'],
  ['the refunds of a payment', LOCK_REFUNDS_OF_PAYMENT, `'0198c5c5-0000-7000-8000-000000000000'`, 'refund_payment_index'],
  ['the refunds of an order', REFUNDS_OF_ORDER, `'0198c5c5-0000-7000-8000-000000000000'`, 'refund_order_index'],
  ['what is not finished', FIGURES, '', 'refund_status_index'],
])('%s is found by an index of its own', async (_, { text }, values, index) => {
  const literal = values.split(', ').reduce((sql, value, position) => sql.replaceAll(`$${position + 1}`, value), text);
  const plan = (await shop.sql<Record<string, string>>(`explain ${literal}`)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/Seq Scan on refund\b|Seq Scan on payment\b/);
});
