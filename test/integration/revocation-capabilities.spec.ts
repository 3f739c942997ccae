import type { Fulfiller, FulfillerCapabilities } from '@order-fulfillment/fulfiller-kit';
import type { OrderClaim } from '#orders';
import { checkout, deliveryOn, operator } from '../support/accepting-shop.js';
import { newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());


/** What is there, by the line's key; with shared access, by the learner. */
class Provider {
  readonly there = new Set<string>();
  readonly called: string[] = [];

  constructor(private readonly isShared: boolean) {}

  readonly fulfiller = {
    parseDetails: (raw: unknown) => raw,
    fulfill: (request: { idempotencyKey: string; learner: { username: string } }) => this.play('fulfill', () => this.there.add(this.keyOf(request))),
    verify: (request: { idempotencyKey: string; learner: { username: string } }) => this.play('verify', () => undefined).then((receipt) => (this.there.has(this.keyOf(request)) ? receipt : null)),
    revoke: (request: { idempotencyKey: string; learner: { username: string } }) => this.play('revoke', () => this.there.delete(this.keyOf(request))),
  } as unknown as Fulfiller;

  private keyOf({ idempotencyKey, learner }: { idempotencyKey: string; learner: { username: string } }): string {
    return this.isShared ? learner.username : idempotencyKey;
  }

  private play(verb: string, work: () => unknown): Promise<{ reference: string }> {
    this.called.push(verb);
    work();
    return Promise.resolve({ reference: 'there' });
  }
}

async function delivery({ revoke = true, sharedAccess = false }: FulfillerCapabilities) {
  const provider = new Provider(sharedAccess);
  const { handler } = await deliveryOn(shop, { fulfiller: provider.fulfiller, dependency: null, capabilities: { revoke, asynchronous: false, sharedAccess } }, { productType: 'mentoring' });
  const product = { productType: 'mentoring', productId: newLine().productId, soldOnce: false };
  const learner = newOrder().learner;
  const sell = async (): Promise<OrderClaim> => {
    const claim = await placed(shop, newOrder({ learner, lines: [newLine(product)] }));
    await handler.handleShippingEvent(claim.order, claim, checkout);
    return claim;
  };
  const takeBack = async ({ order }: OrderClaim) => handler.handleReturnEvent(await shop.reader.byNumber(order.number), 'all', operator);
  const statusOf = async ({ order }: OrderClaim) => (await shop.reader.byNumber(order.number)).lines.map(({ status }) => status);
  return { provider, handler, sell, takeBack, statusOf };
}

describe('taking back one of two lines of the same learner and product', () => {
  it('takes what is its own, where each line has its own (fails when access counts as shared)', async () => {
    const { provider, sell, takeBack, statusOf } = await delivery({});
    const [first, second] = [await sell(), await sell()];
    await takeBack(first);
    expect([await statusOf(first), await statusOf(second)]).toEqual([['revoked'], ['fulfilled']]);
    expect([...provider.there]).toEqual([second.lines[0]?.line.id]);
  });

  it('leaves what the other still needs, where they share it, and takes it with the last one', async () => {
    const { provider, sell, takeBack, statusOf } = await delivery({ sharedAccess: true });
    const [first, second] = [await sell(), await sell()];
    await takeBack(first);
    expect([await statusOf(first), await statusOf(second), provider.there.size, provider.called.includes('revoke')]).toEqual([['revoked'], ['fulfilled'], 1, false]);
    await takeBack(second);
    expect([await statusOf(second), provider.there.size]).toEqual([['revoked'], 0]);
  });
});

describe('a fulfiller that cannot take back', () => {
  it('says so before anything is begun', async () => {
    const { provider, handler, sell, takeBack, statusOf } = await delivery({ revoke: false });
    const claim = await sell();
    provider.called.length = 0;
    const [line] = (await shop.reader.byNumber(claim.order.number)).lines;
    if (!line) throw new Error('An order has lines.');
    expect(() => handler.assertRevocable(line)).toThrow(/"mentoring" cannot be taken back/);
    await expect(takeBack(claim)).rejects.toThrow(/"mentoring" cannot be taken back/);
    expect([provider.called, await statusOf(claim)]).toEqual([[], ['fulfilled']]);
  });

  it('lets go of what never arrived, after a look, and keeps what did', async () => {
    const { provider, sell, takeBack, statusOf } = await delivery({ revoke: false });
    const [gone, there] = [await sell(), await sell()];
    for (const { order } of [gone, there]) {
      await shop.sql(`update order_line set status = 'failed', failure_kind = 'timeout', failure_detail = 'x', failure_passing = false, may_have_arrived = true where order_id = $1`, [order.id]);
      await shop.sql(`update orders set status = 'fulfillment_error' where id = $1`, [order.id]);
    }
    provider.there.delete(gone.lines[0]?.line.id ?? '');
    provider.called.length = 0;
    await takeBack(gone);
    await takeBack(there);
    expect([await statusOf(gone), await statusOf(there), provider.called]).toEqual([['revoked'], ['failed'], ['verify', 'verify']]);
  });
});
