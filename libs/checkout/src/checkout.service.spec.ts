import { Test } from '@nestjs/testing';
import { CatalogService, type Quote } from '#catalog';
import { DeliveryGate, FulfillerRegistry, OrderEventHandler } from '#fulfillment';
import { AlreadyOwnedError, IdempotencyKeyReusedError, IdempotencyRecords, OrderReader, OrdersService, PendingOrders, RequestInProgressError, type Alongside, type AskedBy, type LineSnapshot, type NewOrder, type NewPendingOrder, type OrderClaim, type OrderSnapshot, type StoredAnswer } from '#orders';
import { ForeignPaymentError, GatewayFailure, PaymentLedger, PaymentSync, ProcessorRegistry, type NewPayment, type StartedAtGateway } from '#payments';
import { CheckoutForbiddenError, CheckoutRefusedError } from './checkout.errors.js';
import { CHECKOUT_OPTIONS } from './checkout.options.js';
import type { Caller, CheckoutKey, CheckoutRequest } from './checkout.request.js';
import { CheckoutService } from './checkout.service.js';
import { FirstDelivery } from './first-delivery.service.js';
import { FirstPayment } from './first-payment.service.js';
import { OrderPlacement } from './order-placement.service.js';
import { OrderPricing } from './order-pricing.service.js';
import { PendingPlacement } from './pending-placement.service.js';
import { RefusedPurchase } from './refused-purchase.service.js';
import { SettledPlacement } from './settled-placement.service.js';
import { FakeGate, quote, quoted, shopProcessors, shopRegistry } from './shop.fake.js';

const ALICE: Caller = { username: 'alice', email: 'alice@example.com', isStaff: false, address: '192.0.2.7' };
const INVOICE = { processor: 'invoice', reference: 'PO-7' };

const answer = (body: string): StoredAnswer => ({ status: 201, body });
const repeated: CheckoutKey = { scope: { caller: 'alice', route: 'POST /v1/checkout', key: 'key-1' }, fingerprint: 'print-1', render: () => answer('rendered') };

/** What lies around the use case, in memory. `place` and `replay` say what their database would. */
class Surroundings {
  quotes: readonly Quote[] = [quote({ unitPriceMinor: 0 })];
  place: (order: NewOrder) => OrderClaim | undefined = claimOf;
  replay: () => StoredAnswer | undefined = () => undefined;
  settledAnswer: StoredAnswer | null = answer('settled');
  claimIsThere = true;
  /** The number of the unpaid order by which the learner awaits it. */
  awaiting: string | null = null;
  /** What the gateway makes of a payment that is started. */
  start: (payment: NewPayment) => StartedAtGateway = startedOf;
  readonly started: { readonly processor: string; readonly actor: string }[] = [];
  readonly written: NewOrder[] = [];
  readonly delivered: { readonly claim: OrderClaim; readonly askedBy: AskedBy }[] = [];

  async checkout(request: Partial<CheckoutRequest> = {}, key = repeated) {
    const service = await this.service();
    return service.checkout({ items: [{ sku: 'SEAT', quantity: 1 }], emailOptIn: false, ...request }, ALICE, key);
  }

  private async service(): Promise<CheckoutService> {
    const module = await Test.createTestingModule({
      providers: [
        OrderPlacement,
        OrderPricing,
        SettledPlacement,
        PendingPlacement,
        RefusedPurchase,
        FirstDelivery,
        FirstPayment,
        CheckoutService,
        { provide: CHECKOUT_OPTIONS, useValue: { pendingOrderTtlMs: 3_600_000 } },
        { provide: ProcessorRegistry, useValue: shopProcessors() },
        { provide: PaymentLedger, useValue: { write: (_: unknown, payment: NewPayment) => Promise.resolve(payment) } },
        { provide: PaymentSync, useValue: { start: async (payment: NewPayment, actor: string) => Promise.resolve().then(() => this.startPayment(payment, actor)) } },
        { provide: PendingOrders, useValue: { place: placePending, awaiting: () => Promise.resolve(this.awaiting) } },
        { provide: OrderReader, useValue: { byId: () => Promise.resolve({ ...PENDING, status: 'open' }) } },
        { provide: CatalogService, useValue: { quote: () => Promise.resolve(quoted(...this.quotes)) } },
        { provide: FulfillerRegistry, useValue: shopRegistry() },
        { provide: DeliveryGate, useValue: new FakeGate() },
        { provide: OrdersService, useValue: { place: async (order: NewOrder) => this.write(await Promise.resolve(order)) } },
        { provide: IdempotencyRecords, useValue: { replay: async () => Promise.resolve().then(this.replay), answer: ({ render }: Pick<CheckoutKey, 'render'>, order: OrderSnapshot) => Promise.resolve(this.written.length > 0 ? answer('waiting') : render(order)) } },
        { provide: OrderEventHandler, useValue: { handleShippingEvent: (_: unknown, claim: OrderClaim, askedBy: AskedBy) => Promise.resolve(this.deliver(claim, askedBy)) } },
      ],
    }).compile();
    return module.get(CheckoutService);
  }

  private startPayment(payment: NewPayment, actor: string): StartedAtGateway {
    this.started.push({ processor: payment.processor, actor });
    return this.start(payment);
  }

  private write(order: NewOrder): OrderClaim | undefined {
    const claim = this.place(order);
    if (claim) this.written.push(order);
    return claim;
  }

  private deliver(claim: OrderClaim, askedBy: AskedBy) {
    this.delivered.push({ claim, askedBy });
    return this.claimIsThere ? { order: claim.order, lostLineIds: [], answer: this.settledAnswer } : undefined;
  }
}

const PENDING = { id: 'order-1', number: 'OF-1', status: 'pending', payment: { processor: 'card', reference: null, status: 'pending' } } as OrderSnapshot;

async function placePending({ processor }: NewPendingOrder, alongside: Alongside): Promise<OrderSnapshot> {
  await alongside.after({ run: () => Promise.reject(new Error('Nothing else is written.')) }, 'OF-1');
  return { ...PENDING, payment: { ...PENDING.payment, processor } };
}

/** A gateway that waits for the buyer. */
function startedOf(payment: NewPayment, change: object = {}): StartedAtGateway {
  return { payment: { ...payment, status: 'started', parked: null, declined: null, ...change }, state: 'unpaid', opened: false, parked: false, action: { type: 'redirect', url: 'https://gateway.example.com/pay' } } as StartedAtGateway;
}

/** Only the order's number is looked at by what is under test: the rest of a claim belongs to delivery. */
function claimOf({ id, currency, totalMinor, learner, payment }: NewOrder): OrderClaim {
  const order = { id, number: 'OF-1', status: 'open', currency, totalMinor, placedAt: new Date(0), expiresAt: null, learner, payment: { ...payment, status: 'settled' }, lines: [] } as const;
  const line = { id: 'line' } as LineSnapshot;
  const claimed = { claimId: 'claim', line, details: {}, learnerAddress: null, mayHaveArrived: false, tries: 1, lostLeases: 0, held: false, leftBy: null, acceptance: null, result: null, previousFailure: null, paidAt: new Date(0), retrySince: new Date(0) };
  return { order, lineCount: 1, lines: [claimed], leaseEndsAtMs: 0, claimedAt: { database: new Date(0), monotonicMs: 0 } };
}

function raise(error: Error): () => never {
  return () => {
    throw error;
  };
}

let around: Surroundings;
beforeEach(() => {
  around = new Surroundings();
});

describe('a checkout', () => {
  it('answers what was stored as the order was settled', async () => {
    expect(await around.checkout()).toEqual({ answer: answer('settled'), replayed: false });
  });

  it('delivers the order that was written, in the name of the caller', async () => {
    await around.checkout();
    expect(around.delivered.map(({ claim, askedBy }) => ({ id: claim.order.id, askedBy }))).toEqual([{ id: around.written[0]?.id, askedBy: { kind: 'checkout', actor: 'alice', reason: null } }]);
  });
});

describe('a refusal writes and delivers nothing', () => {
  afterEach(() => {
    expect(around.written).toEqual([]);
    expect(around.delivered).toEqual([]);
  });

  it('when an item cannot be sold', async () => {
    around.quotes = [];
    await expect(around.checkout()).rejects.toThrow(CheckoutRefusedError);
  });

  it('when it has to be paid for', async () => {
    around.quotes = [quote({ unitPriceMinor: 1 })];
    await expect(around.checkout()).rejects.toMatchObject({ code: 'payment_required' });
  });

  it('when it costs something else than the buyer was shown, before it is asked how he pays', async () => {
    around.quotes = [quote({ unitPriceMinor: 1 })];
    await expect(around.checkout({ expectedTotalMinor: 0 })).rejects.toMatchObject({ code: 'price_changed' });
  });

  it('when a learner asks for an invoice', async () => {
    await expect(around.checkout({ payment: INVOICE })).rejects.toThrow(CheckoutForbiddenError);
  });

  it('when the learner has the product already, or is just getting it', async () => {
    around.place = () => undefined;
    await expect(around.checkout()).rejects.toThrow(AlreadyOwnedError);
    around.place = raise(new AlreadyOwnedError());
    await expect(around.checkout()).rejects.toThrow(AlreadyOwnedError);
  });

  it.each<[string, () => OrderClaim | undefined]>([
    ['nothing was written', () => undefined],
    ['somebody was quicker', raise(new AlreadyOwnedError())],
  ])('and names the order that has it and waits for its money, when %s', async (_, place) => {
    around.place = place;
    around.awaiting = 'OF-7';
    await expect(around.checkout()).rejects.toMatchObject({ code: 'order_waits_for_payment', message: expect.stringContaining('POST /v1/orders/OF-7/payment/start') as unknown });
  });

  it('when a fulfiller has a bug, which stays one', async () => {
    around.quotes = [quote({ productType: 'broken' })];
    around.replay = () => answer('first');
    await expect(around.checkout()).rejects.toThrow(TypeError);
  });

  it('when the database fails, which is no reason to look for an old answer', async () => {
    around.place = raise(new Error('connection lost'));
    around.replay = () => answer('first');
    await expect(around.checkout()).rejects.toThrow('connection lost');
  });
});

describe('a key that was used before', () => {
  beforeEach(() => {
    around.place = () => undefined;
    around.replay = () => answer('first');
  });

  it('gives its first answer again, and delivers nothing', async () => {
    expect(await around.checkout()).toEqual({ answer: answer('first'), replayed: true });
    expect(around.delivered).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['has left the catalog since', () => (around.quotes = [])],
    ['costs something since', () => (around.quotes = [quote({ unitPriceMinor: 1 })])],
    ['is owned by then', () => (around.place = raise(new AlreadyOwnedError()))],
  ])('gives it also when the product %s', async (_, change) => {
    change();
    expect(await around.checkout()).toEqual({ answer: answer('first'), replayed: true });
  });

  it('gives it also when the product costs something else since than the buyer was shown', async () => {
    around.quotes = [quote({ unitPriceMinor: 1 })];
    expect(await around.checkout({ expectedTotalMinor: 0 })).toEqual({ answer: answer('first'), replayed: true });
  });

  it.each([new IdempotencyKeyReusedError(), new RequestInProgressError(1_500)])('says what is wrong with it before what is wrong with the request: $name', async (error) => {
    around.quotes = [];
    around.replay = raise(error);
    await expect(around.checkout()).rejects.toBe(error);
  });
});

describe('a checkout whose lease ran out before it settled', () => {
  it.each<[string, () => void]>([
    ['it lost its claims', () => (around.settledAnswer = null)],
    ['nothing was left to claim', () => (around.claimIsThere = false)],
  ])('answers what the order has become by then: %s', async (_, change) => {
    change();
    around.replay = () => answer('built from the order');
    expect(await around.checkout()).toEqual({ answer: answer('built from the order'), replayed: false });
  });

  it('fails by the name of the order when its record is gone', async () => {
    around.settledAnswer = null;
    await expect(around.checkout()).rejects.toThrow(/OF-1 .*idempotency record/);
  });
});

it('answers with what waits when nothing may be delivered now, and delivers nothing', async () => {
  around.place = (order) => ({ ...claimOf(order), lines: [] });
  expect([await around.checkout(), around.delivered]).toEqual([{ answer: answer('waiting'), replayed: false }, []]);
});

describe('a checkout that is paid at a gateway', () => {
  const shown: CheckoutKey = { ...repeated, render: (order, step) => answer(JSON.stringify({ status: order.status, step })) };
  const pay = async () => {
    around.quotes = [quote()];
    const { answer: given } = await around.checkout({ payment: { processor: 'card' } }, shown);
    return JSON.parse(given.body) as { status: string; step: unknown };
  };

  it('is answered with what the browser does next, and delivers nothing', async () => {
    expect(await pay()).toEqual({ status: 'pending', step: { processor: 'card', action: { type: 'redirect', url: 'https://gateway.example.com/pay' }, declined: null, problem: null } });
    expect(around.started).toEqual([{ processor: 'card', actor: 'alice' }]);
    expect([...around.written, ...around.delivered]).toEqual([]);
  });

  it.each([
    ['could not be asked just now', new GatewayFailure('connect ECONNREFUSED 10.0.0.7', { kind: 'network', passing: true })],
    ['does not deal with this payment', new GatewayFailure('No such API key: sk_live_1', { kind: 'configuration', passing: false })],
    ['does not deal with this payment', new ForeignPaymentError('payment-1')],
    ['does not take this amount or currency', new GatewayFailure('Stripe cannot take 4901 minor units of KWD.', { kind: 'configuration', passing: false, about: 'sum' })],
  ])('is answered all the same when the gateway %s: with how to go on, and not with the words of the gateway', async (words, failure) => {
    around.start = raise(failure);
    const { status, step } = await pay();
    expect({ status, step }).toEqual({ status: 'pending', step: { processor: 'card', action: null, declined: null, problem: expect.stringMatching(new RegExp(`${words}.*POST /v1/orders/OF-1/payment/start`)) as unknown } });
  });

  it.each<[string, object]>([
    ['can never be paid', { status: 'failed' }],
    ['is paid already', { status: 'captured' }],
  ])('sends nobody to a payment that %s, and answers with the order as it stands then', async (_, change) => {
    around.start = (payment) => startedOf(payment, change);
    expect(await pay()).toMatchObject({ status: 'open', step: { action: null } });
  });

  it('fails with a bug, which is none of the gateway\'s', async () => {
    around.start = raise(new TypeError('a bug'));
    await expect(pay()).rejects.toThrow(TypeError);
  });
});
