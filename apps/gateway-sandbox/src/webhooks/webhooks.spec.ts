import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { TestGateway, TestShop, WEBHOOK_SECRET } from '../testing/gateway.fixture.js';

let shop: TestShop;
let gateway: TestGateway;
beforeAll(async () => {
  shop = await TestShop.open();
  gateway = await TestGateway.start({ shopUrl: shop.url });
});
afterAll(async () => {
  await gateway.stop();
  await shop.close();
});
afterEach(async () => {
  shop.status = 200;
  await gateway.command('PUT', '/webhooks', { retryDelaysMs: [500, 1000], stripeUrl: shop.url });
  await gateway.command('POST', '/reset');
  shop.received.length = 0;
});

const create = async (n = 1) => (await gateway.stripe.paymentIntents.create({ amount: 1000 + n, currency: 'usd' })).id;
const states = async () => (await gateway.events()).map(({ state }) => state);
const amounts = () => shop.received.map(({ body }) => (JSON.parse(body) as { data: { object: { amount: number } } }).data.object.amount - 1000);

async function until(state: string): Promise<void> {
  while (!(await states()).every((one) => one === state)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a delivery', () => {
  it('is tried again while the shop does not take it, the same event each time', async () => {
    await gateway.command('PUT', '/webhooks', { retryDelaysMs: [10, 10, 10] });
    shop.status = 503;
    await create();
    await shop.got(2);
    shop.status = 204;
    await until('delivered');
    const [event] = await gateway.events();
    expect(event?.deliveries.map(({ status }) => status)).toEqual([...Array<number>((event?.deliveries.length ?? 0) - 1).fill(503), 204]);
    expect(new Set(shop.received.map(({ body }) => body)).size).toBe(1);
  });

  it('is given up after the last try, and may still be sent by hand', async () => {
    await gateway.command('PUT', '/webhooks', { retryDelaysMs: [5] });
    shop.status = 500;
    await create();
    await until('given_up');
    expect(shop.received).toHaveLength(2);
    shop.status = 200;
    const [event] = await gateway.events();
    await gateway.command('POST', `/webhooks/${event?.id}/send`, { repeat: 3, atOnce: true });
    expect([shop.received.length, await states()]).toEqual([5, ['delivered']]);
  });

  it('says why none was to be had', async () => {
    await gateway.command('PUT', '/webhooks', { stripeUrl: 'http://127.0.0.1:1/nobody', retryDelaysMs: [] });
    await create();
    await until('given_up');
    expect((await gateway.events())[0]?.deliveries).toMatchObject([{ status: null, error: expect.any(String) }]);
    await gateway.command('PUT', '/webhooks', { stripeUrl: null });
    await create();
    while ((await states())[1] !== 'nowhere') await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

describe('held events', () => {
  const hold = async (count: number) => {
    await gateway.command('PUT', '/webhooks', { mode: 'hold' });
    for (let n = 1; n <= count; n += 1) await create(n);
    expect([await states(), shop.received]).toEqual([Array(count).fill('held'), []]);
  };
  const release = (wish: object) => gateway.command<{ sent: { status: number }[] }>('POST', '/webhooks/release', wish);

  it('are sent in their order, in the other one, or in one that a seed decides', async () => {
    await hold(8);
    await release({ order: 'in' });
    expect(amounts()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await states()).toEqual(Array(8).fill('delivered'));
    await gateway.command('POST', '/reset');
    shop.received.length = 0;
    await hold(3);
    await release({ order: 'reversed' });
    expect(amounts()).toEqual([3, 2, 1]);
  });

  it('come in the same order for the same seed', async () => {
    const run = async (seed: number) => {
      await gateway.command('POST', '/reset');
      shop.received.length = 0;
      await hold(8);
      await release({ order: 'random', seed });
      return amounts();
    };
    const [one, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are sent as often as wished', async () => {
    await hold(2);
    expect((await release({ repeat: 3, delayMs: 1 })).sent).toHaveLength(6);
    expect(amounts()).toEqual([1, 2, 1, 2, 1, 2]);
    expect((await release({})).sent).toEqual([]);
  });
});

it.each([['wrong_signature', 'No signatures found'], ['stale', 'Timestamp outside the tolerance zone'], ['no_signature', 'No stripe-signature header value was provided'], ['truncated', 'No signatures found']])('can be spoiled: %s', async (spoil, sentence) => {
  await create();
  await shop.got(1);
  const [event] = await gateway.events();
  await gateway.command('POST', `/webhooks/${event?.id}/send`, { spoil });
  const sent = shop.received.at(-1);
  expect(() => new Stripe('sk').webhooks.constructEvent(sent?.body ?? '', sent?.headers['stripe-signature'] ?? '', WEBHOOK_SECRET)).toThrow(sentence);
});
