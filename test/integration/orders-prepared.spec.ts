import { FULFILLED, SERVER_FAILURE, allEnded, fillWithOrders, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

/** One connection, so that the statements prepared on it can be looked at. */
let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders({ poolSize: 1 });
  await fillWithOrders(shop.em, 20_000);
}, 60_000);
afterAll(() => shop.close());

it('PostgreSQL plans each statement of the hot path once, and not anew for every order', async () => {
  for (let round = 0; round < 12; round += 1) {
    const claim = await placed(shop, newOrder({}, 1 + (round % 2)));
    await shop.settling.settle(claim, 'staff', allEnded(claim, SERVER_FAILURE));
    const again = await shop.orders.claimUnfinished(claim.order.id, { kind: 'operator', actor: 'olga', reason: 'again' });
    if (again) await shop.settling.settle(again, 'olga', allEnded(again, FULFILLED));
  }
  const statements = await shop.em.fork().execute<{ name: string; generic: number }[]>(`select name, generic_plans::int as generic from pg_prepared_statements where name like 'orders.%' order by name`);
  expect(statements.filter(({ generic }) => generic === 0)).toEqual([]);
  expect(statements.map(({ name }) => name)).toEqual(['orders.claim_unfinished', 'orders.lines_of_locked_order', 'orders.lock_order', 'orders.place', 'orders.settle', 'orders.settle_one']);
});
