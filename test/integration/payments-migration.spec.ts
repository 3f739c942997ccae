import { randomUUIDv7 } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { LineHolds, OrdersDatabase } from '#orders';
import { fillWithOrders, newLine, newOrder, openOrders } from '../support/orders.js';
import { openPaidShop } from '../support/paid-shop.js';
import { openRefundingShop, staff } from '../support/refunding-shop.js';

const BEFORE = 'Migration20261122000800_codes';

/** What a replica of the version before says, word by word: it knows nothing of payments and of refunds. */
const OWNED = `select 1 from order_line where learner_username = $1 and product_id = $2 and status <> 'revoked' limit 1`;
const OWNED_AS_PLACED = `
with input as (select * from unnest($2::uuid[], $3::bool[]) with ordinality as line (product_id, sold_once, position))
select from order_line l join input i on i.product_id = l.product_id
   where i.sold_once and l.learner_username = $1 and l.status <> 'revoked' limit 1`;
const UNFINISHED = `
select count(*) filter (where status = 'open' and held_at is null)::int as waiting,
               count(*) filter (where status = 'failed' and held_at is null and given_up_at is null)::int as failed,
               count(*) filter (where held_at is not null)::int as held
          from order_line where status in ('open', 'failed')`;
const OLDEST = `select min(paid_at) as paid_at from order_line where status in ('open', 'failed') and given_up_at is null`;
const ADOPT = `
select l.id, o.placed_at from order_line l join orders o on o.id = l.order_id
   where l.claim_id is null and (l.status = 'open' and l.next_attempt_at is null or l.status in ('open', 'failed') and l.paid_at is null)
     and o.payment_status = 'settled'
   limit 500 for no key update of l skip locked`;
const SETTLE = `
with input as (select $1::uuid as line_id, $2::uuid as claim_id, 'fulfilling'::text as from_status, 'fulfilled'::text as to_status)
update order_line l
     set status = i.to_status, receipt = 'there', next_attempt_at = null, tries = 1, lost_leases = 0,
         held_at = case when i.to_status in ('fulfilled', 'revoked') then null else l.held_at end,
         learner_address = case when i.to_status in ('fulfilled', 'revoked') then null else l.learner_address end,
         claim_id = null, claim_purpose = null, lease_until = null
    from input i
   where l.id = i.line_id and l.claim_id = i.claim_id and l.status = i.from_status
  returning l.id, l.status`;

/** Goes back to the version before, and comes again when told to. */
async function migratorOf(url: string) {
  const orm = await MikroORM.init(mikroOrmOptions({ url, poolSize: 2 }));
  return { back: () => orm.migrator.down({ to: BEFORE }), again: () => orm.migrator.up(), close: () => orm.close(true) };
}

describe('a replica of the version before', () => {
  // Fails where an index that it reads was made narrower: it does not say that it asks for less.
  it('finds by an index what it asks for', async () => {
    const shop = await openOrders();
    await fillWithOrders(shop.em, 20_000);
    const plan = async (text: string, ...values: string[]) => {
      const literal = values.reduce((sql, value, index) => sql.replaceAll(`$${index + 1}`, value), text);
      return (await shop.sql<Record<string, string>>(`explain ${literal}`)).map((row) => row['QUERY PLAN']).join('\n');
    };
    const product = `'${randomUUIDv7()}'::uuid`;
    const looks = [
      ['order_line_owned_index', await plan(OWNED, `'learner-7'`, product)],
      ['order_line_owned_index', await plan(OWNED_AS_PLACED, `'learner-7'`, `array[${product}]`, 'array[true]')],
      ['order_line_unfinished_index', await plan(UNFINISHED)],
      ['order_line_waiting_index', await plan(OLDEST)],
      ['order_line_unadopted_index', await plan(ADOPT)],
    ] as const;
    expect(looks.filter(([index, found]) => !found.includes(index) || /Seq Scan on order_line/.test(found))).toEqual([]);
    await shop.close();
  });

  // Fails where the check of held lines knows only what this version writes.
  it('ends a line that a refund holds, and the refund goes on', async () => {
    const shop = await openRefundingShop();
    const { claim, order, orderNumber, lineIds } = await shop.sell({ deliver: false });
    const { number } = await shop.refunds.request({ orderNumber, reason: 'asked' }, staff);
    expect(await shop.shop.sql(SETTLE, [lineIds[0], claim.lines[0]?.claimId])).toMatchObject([{ status: 'fulfilled' }]);
    expect(await shop.refunds.approve(number, { actor: 'olga', reason: 'asked' })).toMatchObject({ status: 'complete' });
    expect(await shop.lineRows(order.id)).toMatchObject([{ status: 'revoked', held_at: null, held_for: null }]);
    await shop.close();
  });
});

describe('a service that goes back to the version before', () => {
  // Fails where what was not paid for is taken out while a check says that it cannot be.
  it('leaves nothing to deliver of what was not paid for, and may come again', async () => {
    const shop = await openPaidShop();
    const [ada, productId] = [{ username: 'ada', email: null, address: null }, randomUUIDv7()];
    const ofAda = () => ({ learner: ada, lines: [newLine({ productId })] });
    const [lapsing, failing] = [await shop.started(ofAda()), await shop.started()];
    await shop.one.orders.expire(lapsing.order.id, { actor: 'test', reason: null });
    await shop.one.database.transaction(async (runner) => {
      await shop.one.orders.lock(runner, failing.order.id);
      await shop.one.orders.failPayment(runner, failing.order.id, { actor: 'test', reason: null });
    });
    // He whose order lapsed has bought it since: that is kept from being sold twice again.
    expect(await shop.one.settledOrders.place(newOrder(ofAda()))).toBeDefined();
    const bob = { ...ada, username: 'bob' };
    await shop.started({ ...ofAda(), learner: bob });

    const migrator = await migratorOf(shop.databaseUrl);
    await migrator.back();
    const rows = await shop.sql(`select o.status as "order", l.status from orders o join order_line l on l.order_id = o.id where o.payment_status = 'pending'`);
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ order: 'expired', status: 'revoked' })));
    expect([await shop.sql(OWNED, ['ada', productId]), await shop.sql(OWNED, ['bob', productId])]).toEqual([[{ '?column?': 1 }], []]);

    await migrator.again();
    expect(await shop.place({ ...ofAda(), learner: bob })).toMatchObject({ order: { status: 'pending' } });
    await migrator.close();
    await shop.close();
  });

  // Fails where a line is let go with the refund that holds it: what the money was returned for would be delivered.
  it('delivers nothing of what a refund holds, until an operator lets it go', async () => {
    const shop = await openRefundingShop();
    const { claim, order, orderNumber } = await shop.sell({ deliver: false });
    await shop.settling.settle(claim, 'staff', claim.lines.map(({ line, claimId }) => ({ lineId: line.id, claimId, settlement: { result: 'released' }, attempt: null, mayHaveArrived: false })));
    await shop.refunds.request({ orderNumber, reason: 'asked' }, staff);

    const migrator = await migratorOf(shop.shop.databaseUrl);
    await migrator.back();
    expect(await shop.lineRows(order.id)).toMatchObject([{ status: 'open', held_at: expect.any(Date) as Date }]);

    await migrator.again();
    expect(await shop.lineRows(order.id)).toMatchObject([{ status: 'open', held_at: expect.any(Date) as Date, held_for: null }]);
    const operator = { kind: 'operator', actor: 'ops', reason: 'nothing went back' } as const;
    await new LineHolds(new OrdersDatabase(shop.shop.em)).release({ orderId: order.id, lineId: claim.lines[0]?.line.id ?? '' }, operator);
    expect(await shop.orders.claimUnfinished(order.id, operator)).toBeDefined();
    await migrator.close();
    await shop.close();
  });
});
