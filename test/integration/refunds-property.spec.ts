import fc from 'fast-check';
import { RefundsService } from '#refunds';
import { buyAndPay } from '../support/payment-world.buying.js';
import { PaymentWorld } from '../support/payment-world.js';
import { heal } from '../support/payment-world.heal.js';
import { breaches } from '../support/payment-world.judge.js';
import { LmsProvider, wrongAccess } from '../support/payment-world.lms.js';
import { isOfAnotherSize, propertyOptions } from '../support/payment-world.options.js';
import { REFUNDING } from '../support/payment-world.refunding.js';
import { DELIVERING, batchesOf, play } from '../support/payment-world.steps.js';

const LIMIT_MS = 600_000;

let world: PaymentWorld<LmsProvider>;
beforeAll(async () => {
  world = await PaymentWorld.open(await LmsProvider.start());
});
afterAll(async () => {
  await world.close();
  await world.provider.stop();
});

const judge = () => breaches(world, (evidence) => wrongAccess(world.provider, evidence));

/** Whatever nobody has decided is decided now: every other one is granted. */
async function decideAll(): Promise<void> {
  const open = await world.sql<{ number: string }>(`select number from refund where status = 'requested' order by id`);
  for (const [index, { number }] of open.entries()) {
    await world.attempt(0, 'decide', (process) => process.get(RefundsService)[index % 2 === 0 ? 'approve' : 'deny'](number, { actor: 'staff', reason: 'It is time.' }));
  }
  const failed = await world.sql<{ number: string }>(`select number from refund where status = 'access_error'`);
  for (const { number } of failed) await world.attempt(0, 'retry', (process) => process.get(RefundsService).retry(number, { actor: 'staff', reason: 'It works again.' }));
}

/** Each learner who has lost a course buys it again. */
async function buyAgain(): Promise<void> {
  const lost = await world.sql<{ learner: string; product: string }>(
    `select distinct learner_username as learner, product_id as product from order_line l where status = 'revoked'
        and not exists (select from order_line o where o.learner_username = l.learner_username and o.product_id = l.product_id and o.status <> 'revoked' and o.payment <> 'lapsed')`,
  );
  for (const { learner, product } of lost) {
    const index = world.provider.products.findIndex(({ id }) => id === product);
    await world.attempt(1, 'buy again', (process) => buyAndPay(world, process, { by: 'stripe', learner, products: [index] }));
    const again = await world.sql(`select 1 from order_line where learner_username = $1 and product_id = $2 and status = 'fulfilled'`, [learner, product]);
    if (again.length === 0) world.breakdowns.push(`${learner} could not buy ${product} again.`);
  }
}

it('money and access end as the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(batchesOf([...DELIVERING, ...REFUNDING]), async (played) => {
      await world.reset();
      for (const batch of played) await play(world, batch);
      await heal(world);
      await decideAll();
      await heal(world);
      expect(await judge()).toEqual([]);
      await buyAgain();
      expect(await judge()).toEqual([]);
    }),
    propertyOptions(18),
  );
  if (isOfAnotherSize()) return;
  // Nobody takes for well what never happened.
  const kinds = ['order complete', 'order refunded', 'refund by request complete', 'refund by request denied', 'held while fulfilling', 'held while open, and it may have arrived'];
  expect(kinds.filter((kind) => !world.seen.has(kind))).toEqual([]);
}, LIMIT_MS);
