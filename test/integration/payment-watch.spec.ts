import { GatewayFailure } from '#payments';
import { openInbox, type InboxUnderTest } from '../support/payment-inbox.js';

const UNAUTHORIZED = new GatewayFailure('Stripe answered 401: no such key.', { kind: 'configuration', passing: false });

let shop: InboxUnderTest;
beforeEach(async () => {
  shop = await openInbox();
});
afterEach(() => shop.close());

async function readBack(id: string): Promise<void> {
  await shop.sql('update payment set next_check_at = now() where id = $1', [id]);
  await shop.checks.perform({ id });
}

describe('payments that cannot be read back', () => {
  it('are counted by processor and kind and listed, until they can be', async () => {
    const [failing, other] = [await shop.waitingOrder(), await shop.waitingOrder()];
    await shop.waitingOrder();
    expect(await shop.watch.figures()).toEqual({ failing: [], oldestDueSeconds: 0, oldestExpiryDueSeconds: 0 });
    shop.gateway.beforeAnswer = () => Promise.reject(UNAUTHORIZED);
    await readBack(failing.id);
    await readBack(other.id);
    expect((await shop.watch.figures()).failing).toEqual([{ processor: 'card', kind: 'configuration', count: 2 }]);
    const listed = await shop.payments.list({ failing: true }, 10, null);
    expect(listed.payments.map(({ id, failure }) => [id, failure?.kind])).toEqual([failing.id, other.id].sort().reverse().map((id) => [id, 'configuration']));
    shop.gateway.beforeAnswer = () => Promise.resolve();
    await readBack(failing.id);
    await readBack(other.id);
    expect([(await shop.watch.figures()).failing, (await shop.payments.list({ failing: true }, 10, null)).payments]).toEqual([[], []]);
  });

  it('are not counted where nobody asks any more', async () => {
    const { id } = await shop.waitingOrder();
    await shop.sql(`update payment set status = 'failed', failure_kind = 'configuration', failure_detail = 'x', next_check_at = null where id = $1`, [id]);
    expect((await shop.watch.figures()).failing).toEqual([]);
  });
});

it('read-backs and expiries that nobody comes to are told of by the oldest of each', async () => {
  const [first, second] = [await shop.waitingOrder(), await shop.waitingOrder()];
  await shop.sql(`update payment set next_check_at = now() - interval '1 minute' where id = $1`, [first.id]);
  await shop.sql(`update payment set next_check_at = now() - interval '10 minutes' where id = $1`, [second.id]);
  await shop.sql(`update orders set expiry_check_at = now() - interval '2 hours' where id = $1`, [first.orderId]);
  const { oldestDueSeconds, oldestExpiryDueSeconds } = await shop.watch.figures();
  expect([Math.floor(oldestDueSeconds / 60), Math.floor(oldestExpiryDueSeconds / 60)]).toEqual([10, 120]);
});
