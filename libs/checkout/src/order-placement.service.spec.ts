import { Test } from '@nestjs/testing';
import { CatalogService, type Quote } from '#catalog';
import { DeliveryGate, FulfillerRegistry } from '#fulfillment';
import { AlreadyOwnedError, OrdersService, PendingOrders, type Alongside, type NewOrder, type NewPendingOrder, type OrderSnapshot } from '#orders';
import { PaymentLedger, ProcessorRegistry, type NewPayment, type Payment } from '#payments';
import { CHECKOUT_OPTIONS } from './checkout.options.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { OrderPlacement } from './order-placement.service.js';
import { OrderPricing } from './order-pricing.service.js';
import { PendingPlacement } from './pending-placement.service.js';
import { SettledPlacement } from './settled-placement.service.js';
import { FakeGate, quote, quoted, shopProcessors, shopRegistry } from './shop.fake.js';

const ALICE: Caller = { username: 'alice', email: 'alice@example.com', isStaff: false, address: '192.0.2.7' };
const OLGA: Caller = { username: 'olga', email: 'olga@example.com', isStaff: true, address: '192.0.2.8' };
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/;
const SEAT = quote({ unitPriceMinor: 0 });
const GIFT = quote({ sku: 'GIFT', productType: 'donation', unitPriceMinor: 0, details: { cause: 'books' } });

/** What stands in the ledger of payments: `owed` and `awaited` with the order that it was written with. */
class FakeLedger {
  readonly entries: (Pick<NewPayment, 'processor' | 'amountMinor' | 'currency' | 'orderNumber'> & { readonly kind: 'owed' | 'awaited' })[] = [];
  readonly write = (_: unknown, payment: NewPayment) => this.enter('awaited', payment);
  readonly writeOwed = (_: unknown, payment: NewPayment) => this.enter('owed', payment);

  private enter(kind: 'owed' | 'awaited', { processor, amountMinor, currency, orderNumber }: NewPayment): Promise<Payment> {
    this.entries.push({ kind, processor, amountMinor, currency, orderNumber });
    return Promise.resolve({ processor } as Payment);
  }
}

let written: NewOrder[];
let ledger: FakeLedger;
let waiting: NewPendingOrder[];
let gate: FakeGate;
let place: (order: NewOrder) => undefined;
beforeEach(() => {
  written = [];
  waiting = [];
  ledger = new FakeLedger();
  gate = new FakeGate();
  place = (order) => void written.push(order);
});

const RUNNER = { run: () => Promise.reject(new Error('The ledger is not asked here.')) };

async function placePending(order: NewPendingOrder, alongside: Alongside): Promise<OrderSnapshot> {
  waiting.push(order);
  await alongside.after(RUNNER, 'OF-1');
  return { number: 'OF-1' } as OrderSnapshot;
}

async function placed(request: Partial<CheckoutRequest> = {}, caller = ALICE, quotes: readonly Quote[] = [SEAT, GIFT]): Promise<NewOrder[]> {
  const module = await Test.createTestingModule({
    providers: [
      OrderPlacement,
      OrderPricing,
      SettledPlacement,
      PendingPlacement,
      { provide: CHECKOUT_OPTIONS, useValue: { pendingOrderTtlMs: 3_600_000 } },
      { provide: ProcessorRegistry, useValue: shopProcessors() },
      { provide: PaymentLedger, useValue: ledger },
      { provide: PendingOrders, useValue: { place: placePending } },
      { provide: CatalogService, useValue: { quote: () => Promise.resolve(quoted(...quotes)) } },
      { provide: FulfillerRegistry, useValue: shopRegistry() },
      { provide: DeliveryGate, useValue: gate },
      { provide: OrdersService, useValue: { place: (order: NewOrder, alongside?: Alongside) => Promise.resolve(order).then(place).then(() => alongside?.after(RUNNER, 'OF-1')) } },
    ],
  }).compile();
  const askedBy = { kind: 'checkout', actor: caller.username, reason: null } as const;
  await module.get(OrderPlacement).place({ items: [{ sku: 'SEAT', quantity: 1 }], emailOptIn: false, ...request }, caller, askedBy, { caller: caller.username, route: 'POST /v1/checkout', key: 'key-1', fingerprint: 'print-1' });
  return written;
}

describe('an order', () => {
  const items = [{ sku: 'SEAT', quantity: 1 }, { sku: 'GIFT', quantity: 3 }];

  it('is written as it was asked for and priced', async () => {
    expect(await placed({ items, emailOptIn: true })).toEqual([
      {
        id: expect.stringMatching(UUID_V7) as unknown,
        currency: 'USD',
        totalMinor: 0,
        learner: { username: 'alice', email: 'alice@example.com', address: '192.0.2.7' },
        placedBy: 'alice',
        emailOptIn: true,
        payment: { processor: 'free', reference: null },
        idempotency: { caller: 'alice', route: 'POST /v1/checkout', key: 'key-1', fingerprint: 'print-1' },
        requestedBy: 'checkout:alice',
        lines: [
          expect.objectContaining({ sku: 'SEAT', productType: 'seat', quantity: 1, soldOnce: true, productId: 'product-of-SEAT', title: 'The title of SEAT', details: SEAT.details }),
          expect.objectContaining({ sku: 'GIFT', productType: 'donation', quantity: 3, soldOnce: false, details: { cause: 'books' }, unitPriceMinor: 0 }),
        ],
      },
    ]);
  });

  it('has a sum and a reference when it is paid by invoice', async () => {
    const payment = { processor: 'invoice', reference: 'PO-7' };
    expect(await placed({ payment }, OLGA, [quote()])).toMatchObject([{ totalMinor: 4_900, payment, lines: [{ unitPriceMinor: 4_900 }] }]);
  });

  it('gives every line an id and a claim of its own', async () => {
    const ids = (await placed({ items })).flatMap(({ id, lines }) => [id, ...lines.flatMap((line) => [line.id, line.claimId])]);
    expect(new Set(ids).size).toBe(5);
    expect(written[0]?.lines.map(({ id }) => id)).toEqual([expect.stringMatching(UUID_V7), expect.stringMatching(UUID_V7)]);
  });
});

describe('what is owed for an order', () => {
  const payment = { processor: 'invoice', reference: 'PO-7' };

  it('is written with it', async () => {
    await placed({ payment }, OLGA, [quote()]);
    expect(ledger.entries).toEqual([{ kind: 'owed', processor: 'invoice', amountMinor: 4_900, currency: 'USD', orderNumber: 'OF-1' }]);
  });

  it('is nothing where it costs nothing: by an invoice or free', async () => {
    await placed({ payment }, OLGA);
    await placed();
    expect(ledger.entries).toEqual([]);
  });
});

describe('an order that is paid at a gateway', () => {
  const payment = { processor: 'card' };
  const until = (time: string | null) => (time === null ? null : new Date(time));

  it('waits for its money, which is entered with it, and nothing of it is claimed', async () => {
    await placed({ payment }, ALICE, [quote()]);
    expect(written).toEqual([]);
    expect(waiting).toMatchObject([{ processor: 'card', totalMinor: 4_900, waitsForMs: 3_600_000, lines: [{ sku: 'SEAT', soldOnce: true }] }]);
    expect(waiting[0]?.lines[0]).not.toHaveProperty('claimId');
    expect(ledger.entries).toEqual([{ kind: 'awaited', processor: 'card', amountMinor: 4_900, currency: 'USD', orderNumber: 'OF-1' }]);
  });

  it.each([
    [null, null, null],
    ['2027-01-02T00:00:00Z', null, '2027-01-02T00:00:00Z'],
    ['2027-01-02T00:00:00Z', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ])('waits no longer than all of it is sold: %j and %j', async (seatUntil, giftUntil, expected) => {
    const quotes = [quote({ availableUntil: until(seatUntil) }), quote({ ...GIFT, availableUntil: until(giftUntil) })];
    await placed({ payment, items: [{ sku: 'SEAT', quantity: 1 }, { sku: 'GIFT', quantity: 1 }] }, ALICE, quotes);
    expect(waiting[0]?.waitsUntil).toEqual(until(expected));
  });
});

describe('the learner of an order', () => {
  it('is the caller, known by his token and not by what the body says of him', async () => {
    await placed({ learner: { username: 'alice', email: 'mallory@example.com' } });
    expect(written[0]?.learner).toEqual({ username: 'alice', email: 'alice@example.com', address: '192.0.2.7' });
  });

  it('may be somebody else for staff, whose own address and e-mail are then not taken for his', async () => {
    await placed({ learner: { username: 'bob' } }, OLGA);
    expect(written[0]).toMatchObject({ learner: { username: 'bob', email: null, address: null }, placedBy: 'olga' });
  });

  it.each(['bob', 'Alice', 'alice ', 'аlice'])('may not be %j for alice: nothing is written', async (username) => {
    await expect(placed({ learner: { username } })).rejects.toMatchObject({ code: 'not_your_learner', pointer: '/learner/username' });
    expect(written).toEqual([]);
  });

  it('may have the product again only when staff sells it', async () => {
    await placed({}, ALICE);
    await placed({ learner: { username: 'alice' } }, OLGA);
    expect(written.map(({ lines }) => lines[0]?.soldOnce)).toEqual([true, false]);
  });
});

describe('no order is written', () => {
  afterEach(() => {
    expect([...written, ...waiting, ...ledger.entries]).toEqual([]);
  });

  it.each<[string, Partial<CheckoutRequest>, readonly Quote[]]>([
    ['unknown_sku', {}, []],
    ['no_longer_sold', {}, [quote({ availability: 'no_longer_sold' })]],
    ['product_misconfigured', {}, [quote({ details: {} })]],
    ['payment_required', {}, [quote({ unitPriceMinor: 1 })]],
    ['staff_only_processor', { payment: { processor: 'invoice', reference: 'PO-7' } }, [SEAT]],
    ['unknown_processor', { payment: { processor: 'stripe' } }, [SEAT]],
    ['payment_not_needed', { payment: { processor: 'card' } }, [SEAT]],
  ])('for a learner whose request is refused as %s', async (code, request, quotes) => {
    await expect(placed(request, ALICE, quotes)).rejects.toMatchObject({ code });
  });

  it('when the learner is just getting the same product', async () => {
    place = () => {
      throw new AlreadyOwnedError();
    };
    await expect(placed()).rejects.toThrow(AlreadyOwnedError);
  });
});

describe('a provider that must not be called now', () => {
  const REFUSAL = { cause: 'open', kind: 'server', detail: 'The breaker is open.', retryInMs: 30_000 } as const;

  it('leaves its lines waiting, with the reason, and no others', async () => {
    gate = new FakeGate({ seat: REFUSAL });
    const [order] = await placed({ items: [{ sku: 'SEAT', quantity: 1 }, { sku: 'GIFT', quantity: 1 }] });
    expect(order?.lines.map(({ sku, refusal }) => [sku, refusal])).toEqual([['SEAT', REFUSAL], ['GIFT', null]]);
  });

  it('has its leave back when nothing was written', async () => {
    await placed({ items: [{ sku: 'SEAT', quantity: 1 }] });
    expect(gate.givenBack).toEqual(['seat']);
  });
});
