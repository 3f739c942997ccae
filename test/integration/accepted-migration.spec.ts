import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { acceptingShop } from '../support/accepting-shop.js';
import { openOrders } from '../support/orders.js';

const BEFORE = 'Migration20261122000600_catalog_import';

it('a service that goes back to a version without acceptances leaves no line that nobody would look at, and may come again', async () => {
  const shop = await openOrders();
  const orm = await MikroORM.init(mikroOrmOptions({ url: shop.databaseUrl, poolSize: 2 }));
  const around = await acceptingShop(shop);
  const [waiting, looked] = [await around.accepted(), await around.accepted()];
  // Its holder dies while he looks.
  await around.makeDue(looked.lineId);
  await shop.accepted.claim(looked.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { onlyOverdue: false, alone: true });

  await orm.migrator.down({ to: BEFORE });
  const lines = await shop.sql(`select l.status, l.failure_kind, l.may_have_arrived, l.claim_id, o.status as "order" from order_line l join orders o on o.id = l.order_id`);
  const failed = { status: 'failed', failure_kind: 'timeout', may_have_arrived: true, claim_id: null, order: 'fulfillment_error' };
  expect(lines).toEqual([failed, failed]);
  expect(await shop.sql(`select distinct purpose, outcome from fulfillment_attempt`)).toEqual([{ purpose: 'deliver', outcome: 'unknown' }]);

  await orm.migrator.up();
  around.provider.script = ['there', 'there'];
  for (const { claim } of [waiting, looked]) {
    await around.parts.handler.handleShippingEvent((await around.orderOf(claim)).snapshot(), 'unfinished', { kind: 'operator', actor: 'ops', reason: 'after the way back' });
    expect((await around.orderOf(claim)).status).toBe('complete');
  }
  await orm.close(true);
  await shop.close();
}, 60_000);
