import { DeliveryFailure, UnknownOutcome, type Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { FulfillerRegistry, OrderEventHandler } from '#fulfillment';
import { DependencyLimits } from '#limits';
import { AcceptedLines, DueLines, DueTurns, LineResults, OrderReader, OrdersService, SettleService, type AskedBy, type OrderClaim, type OrderSnapshot } from '#orders';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { FULFILLED, allEnded, newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'again' };
const checkout: AskedBy = { kind: 'checkout', actor: 'staff', reason: null };
const receipt = { reference: 'there' };
const refused = new DeliveryFailure({ kind: 'network', detail: 'refused', passing: true });
const badGateway = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, mayHaveArrived: true });

interface Call {
  readonly learner: { readonly username: string };
  readonly idempotencyKey: string;
}

/** A provider with one thing to give to each learner (or to each line), and a script of failures: one entry a call, null for none. */
class Provider {
  readonly owners = new Set<string>();
  readonly called: string[] = [];
  script: (((effect: () => void) => unknown) | null)[] = [];

  constructor(private readonly ownerOf: (call: Call) => string = ({ learner }) => learner.username) {}

  readonly fulfiller = {
    parseDetails: (raw: unknown) => raw,
    fulfill: (call: Call) => this.play('fulfill', () => void this.owners.add(this.ownerOf(call)), () => receipt),
    verify: (call: Call) => this.play('verify', () => undefined, () => (this.owners.has(this.ownerOf(call)) ? receipt : null)),
    revoke: (call: Call) => this.play('revoke', () => void this.owners.delete(this.ownerOf(call)), () => undefined),
  } as unknown as Fulfiller;

  private async play(verb: string, effect: () => void, result: () => unknown): Promise<unknown> {
    this.called.push(verb);
    const step = this.script.shift();
    if (step) return step(effect);
    effect();
    return Promise.resolve(result());
  }
}

// What is thrown is not always an Error: that is what some of these tests are about.
// eslint-disable-next-line @typescript-eslint/require-await
const reject = async (thrown: unknown) => { throw thrown; };
const fails = (failure: unknown) => () => reject(failure);
const arrivesThenFails = (failure: unknown) => (effect: () => void) => {
  effect();
  return reject(failure);
};

/** Limits that refuse nothing. */
const limits = { ask: (_name: string, _traffic: string, wanted: number) => Promise.resolve({ granted: wanted, refusal: null }), report: () => Promise.resolve() };

async function handlerOf(provider: Provider, deadlineMs = 2_000): Promise<OrderEventHandler> {
  const registry = new FulfillerRegistry(new Map([['seat', { fulfiller: provider.fulfiller, timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], dependency: 'lms', capabilities: { revoke: true, asynchronous: false, sharedAccess: true } }]]));
  const module = await Test.createTestingModule({
    providers: [
      ...DELIVERY_PROVIDERS,
      { provide: FulfillerRegistry, useValue: registry },
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs, maxLostLeases: 3, waitForLeaveMs: 0 } },
      { provide: DependencyLimits, useValue: limits },
      { provide: RETRY_RULE, useValue: () => ({ inMs: 60_000, costsAttempt: true }) },
      { provide: DELIVERY_LISTENER, useValue: () => undefined },
      { provide: DueLines, useValue: null },
      { provide: DueTurns, useValue: null },
      { provide: OrderReader, useValue: shop.reader },
      { provide: PRODUCT_DETAILS, useValue: null },
      { provide: AcceptedLines, useValue: null },
      { provide: LineResults, useValue: null },
      { provide: OrdersService, useValue: shop.orders },
      { provide: SettleService, useValue: shop.settling },
    ],
  }).compile();
  module.useLogger(false);
  return module.get(OrderEventHandler);
}

/** A provider, its handler, and an order that is delivered by them. */
async function sold(script: Provider['script'] = [], order = newOrder(), provider = new Provider()) {
  provider.script = script;
  const handler = await handlerOf(provider);
  const claim = await placed(shop, order);
  await handler.handleShippingEvent(claim.order, claim, checkout);
  provider.called.length = 0;
  return { provider, handler, order: claim.order, username: claim.order.learner.username };
}

const line = async (id: string, index = 0) => (await shop.reader.byId(id)).lines[index];
const lastReason = async ({ order }: OrderClaim | { order: { number: string } }) => (await shop.reader.detail(order.number)).history.getItems().filter(({ lineId }) => lineId != null).at(-1)?.reason;

describe('a line of which an earlier call may have arrived', () => {
  it.each([
    ['a passing 5xx', arrivesThenFails(badGateway), []],
    ['a lost answer that could not be read back', arrivesThenFails(new UnknownOutcome({ kind: 'network', detail: 'reset' })), [fails(refused)]],
  ])('(%s) is read back by the core before its next call, whatever the fulfiller does itself', async (_, first, more) => {
    const { provider, handler, order } = await sold([first, ...more]);
    expect(await line(order.id)).toMatchObject({ status: 'open' });
    await handler.handleShippingEvent(order, 'unfinished', operator);
    expect([await line(order.id), provider.called]).toEqual([expect.objectContaining({ status: 'fulfilled' }), ['verify']]);
  });

  it('keeps that in mind through an attempt that could find out nothing', async () => {
    const { provider, handler, order } = await sold([arrivesThenFails(badGateway)]);
    provider.script = [fails(refused)];
    await handler.handleShippingEvent(order, 'unfinished', operator);
    await handler.handleShippingEvent(order, 'unfinished', operator);
    expect([(await line(order.id))?.status, provider.called]).toEqual(['fulfilled', ['verify', 'verify']]);
  });

  it('is read back also when its holder was killed', async () => {
    const provider = new Provider();
    const handler = await handlerOf(provider);
    const { order } = await placed(shop);
    await shop.sql(`update order_line set lease_until = now() where order_id = $1`, [order.id]);
    provider.owners.add(order.learner.username);
    await handler.handleShippingEvent(order, 'unfinished', operator);
    expect([(await line(order.id))?.status, provider.called]).toEqual(['fulfilled', ['verify']]);
  });
});

describe('an odd answer of one fulfiller', () => {
  it.each<[string, () => unknown, string]>([
    ['a kind that nobody knows', fails(new DeliveryFailure({ kind: 'quota' as never, detail: 'over quota', passing: true })), 'unknown'],
    ['a NUL in its words', fails(new DeliveryFailure({ kind: 'rejected', detail: 'no\u0000pe', passing: false })), 'rejected'],
    ['a status that is none', fails(new DeliveryFailure({ kind: 'server', detail: 'x', passing: true, httpStatus: 'abc' as never })), 'server'],
    ['a failure of another copy of the kit, without fields', fails(Object.assign(new Error('No.'), { [Symbol.for('@order-fulfillment/fulfiller-kit:failure')]: true })), 'unknown'],
    ['nothing', () => Promise.resolve(undefined), 'unknown'],
    ['a thrown text', fails('no'), 'unknown'],
    ['a throw before it promises anything', () => { throw new Error('at once'); }, 'unknown'],
  ])('(%s) is a failed line with a cause, and its siblings are delivered', async (_, odd, kind) => {
    const { order } = await sold([odd], newOrder({}, 3), new Provider(({ idempotencyKey }) => idempotencyKey));
    const { status, lines } = await shop.reader.byId(order.id);
    expect([status, lines.map((one) => one.failure?.kind ?? one.status)]).toEqual(['fulfillment_error', [kind, 'fulfilled', 'fulfilled']]);
  });

  it.each([{ reference: 'a\u0000b\ud800', httpStatus: 200.5 }, { reference: 'x'.repeat(2_000), httpStatus: 'ok' }])('(an odd receipt) is a receipt all the same', async (odd) => {
    const { order } = await sold([() => Promise.resolve(odd)]);
    expect((await line(order.id))?.receipt).toMatch(/^(a b|x{500})/);
  });
});

describe('taking back', () => {
  const cancel = (handler: OrderEventHandler, order: OrderSnapshot) => handler.handleReturnEvent(order, 'unfinished', operator);
  const takeBack = (handler: OrderEventHandler, order: OrderSnapshot) => handler.handleReturnEvent(order, 'all', operator);

  it('touches nothing that the line cannot have given: what the learner has is not of its making', async () => {
    const { provider, handler, order, username } = await sold([fails(refused)]);
    provider.owners.add(username);
    await cancel(handler, order);
    expect([(await line(order.id))?.status, provider.called, provider.owners.has(username)]).toEqual(['revoked', [], true]);
  });

  it('takes what may have arrived, and did', async () => {
    const { provider, handler, order, username } = await sold([arrivesThenFails(badGateway)]);
    await cancel(handler, order);
    expect([(await line(order.id))?.status, provider.owners.has(username)]).toEqual(['revoked', false]);
  });

  it('of a fulfilled line reads back a lost answer before it counts', async () => {
    const { provider, handler, order } = await sold();
    provider.script = [null, arrivesThenFails(new UnknownOutcome({ kind: 'timeout', detail: 'lost' }))];
    await takeBack(handler, order);
    expect([(await line(order.id))?.status, provider.called]).toEqual(['revoked', ['verify', 'revoke', 'verify']]);
  });

  it('that failed leaves the line as it was, and can be tried again', async () => {
    const { provider, handler, order, username } = await sold();
    provider.script = [null, fails(new UnknownOutcome({ kind: 'timeout', detail: 'lost' }))];
    await takeBack(handler, order);
    expect([(await line(order.id))?.status, provider.owners.has(username)]).toEqual(['fulfilled', true]);
    await takeBack(handler, order);
    expect([(await shop.reader.byId(order.id)).status, provider.owners.has(username)]).toEqual(['refunded', false]);
  });

  it('says what the learner keeps by another right', async () => {
    const { provider, handler, order } = await sold();
    provider.script = [null, () => Promise.resolve()];
    await takeBack(handler, order);
    expect(await lastReason({ order })).toBe('The learner keeps there.');
  });
});

describe('access that two orders of one learner stand on', () => {
  /** Two orders of one learner for one product, and one of another learner for the same. */
  async function twoOrders(first: Provider['script'] = []) {
    const { provider, handler, order, username } = await sold(first);
    const [{ product_id: productId } = { product_id: '' }] = await shop.sql<{ product_id: string }>('select product_id from order_line where order_id = $1', [order.id]);
    const sell = (learner: string) => placed(shop, newOrder({ learner: { username: learner, email: null, address: null }, lines: [newLine({ productId, soldOnce: false })] }));
    const stranger = await sell(`${username}-2`);
    await shop.settling.settle(stranger, 'staff', allEnded(stranger, FULFILLED));
    return { provider, handler, order, username, sell };
  }

  it('stays while the other order needs it, and goes with the last; what others have of the same product does not count', async () => {
    const { provider, handler, order, username, sell } = await twoOrders();
    const second = await sell(username);
    await shop.settling.settle(second, 'staff', allEnded(second, FULFILLED));
    await handler.handleReturnEvent(order, 'all', operator);
    expect([provider.called, await lastReason({ order })]).toEqual([[], `The access stays: order ${second.order.number} needs it.`]);
    await handler.handleReturnEvent(second.order, 'all', operator);
    expect([provider.called, provider.owners.has(username)]).toEqual([['verify', 'revoke', 'verify'], false]);
  });

  it('is not left behind when it stays for a line that was never delivered itself', async () => {
    const { provider, handler, order, username, sell } = await twoOrders([arrivesThenFails(badGateway)]);
    const second = await sell(username);
    await shop.settling.settle(second, 'staff', allEnded(second, { result: 'released' }));
    await handler.handleReturnEvent(order, 'unfinished', operator);
    expect(provider.owners.has(username)).toBe(true);
    await handler.handleReturnEvent(second.order, 'unfinished', operator);
    expect([provider.owners.has(username), (await shop.reader.byId(second.order.id)).status]).toEqual([false, 'refunded']);
  });

  it('is given back when the other order was delivered while it was being taken, at the second try if the first one fails', async () => {
    const { provider, handler, order, username, sell } = await twoOrders();
    const deliverSecond = async () => {
      const second = await sell(username);
      await shop.settling.settle(second, 'staff', allEnded(second, FULFILLED));
    };
    provider.script = [
      null,
      async (effect) => {
        effect();
        await deliverSecond();
      },
      null,
      fails(badGateway),
    ];
    await handler.handleReturnEvent(order, 'all', operator);
    expect([(await line(order.id))?.status, provider.owners.has(username)]).toEqual(['fulfilled', false]);
    await handler.handleReturnEvent(order, 'all', operator);
    expect([(await line(order.id))?.status, provider.owners.has(username)]).toEqual(['revoked', true]);
  });
});

describe('a holder', () => {
  it('stops before its lease ends, so that it can still write what it knows', async () => {
    const provider = new Provider();
    provider.script = [() => new Promise(() => undefined)];
    const handler = await handlerOf(provider, 60_000);
    const claim = await placed(shop);
    await handler.handleShippingEvent(claim.order, { ...claim, leaseEndsAtMs: performance.now() + 1_600 }, checkout);
    expect(await line(claim.order.id)).toMatchObject({ status: 'open', failure: { kind: 'timeout' } });
  });
});
