import { randomUUIDv7 } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import pg from 'pg';
import { CatalogService, type Quote } from '#catalog';
import { ApprovedPayments, PaymentAbandonment, PaymentConfirmation, PaymentStart } from '#checkout';
import { mikroOrmOptions } from '#config';
import { DueLines, OrderReader, OrdersDatabase, OrdersModule, OrdersService, PendingOrders, type NewPendingOrder, type OrderSnapshot } from '#orders';
import { Invoices, OrderExpiry, ParkedMoney, PaymentChecks, PaymentLedger, PaymentReader, PaymentsModule, PaymentSync, ProcessorRegistry, type Payment, type PaymentConsequences, type PaymentProcessor } from '#payments';
import { PaymentAttempt } from '../../libs/checkout/src/payment-attempt.service.js';
import { SaleCheck } from '../../libs/checkout/src/sale-check.service.js';
import { FakeGateway } from './fake-gateway.js';
import { newLine, newOrder } from './orders.js';
import { createTestDatabase } from './postgres.js';

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What follows from money, counted. */
export class Consequences implements PaymentConsequences {
  readonly openedFor: string[] = [];
  readonly approvedOf: string[] = [];
  /** In order: what went back was written down, what is left goes back. */
  readonly back: { readonly paymentId: string; readonly what: 'goes' | 'went' }[] = [];
  opened = (payment: Payment) => Promise.resolve(void this.openedFor.push(payment.orderNumber));
  approved = (payment: Payment) => Promise.resolve(void this.approvedOf.push(payment.id));
  moneyWentBack = (payment: Payment) => Promise.resolve(void this.back.push({ paymentId: payment.id, what: 'went' }));
  goesBack = (payment: Payment) => Promise.resolve(void this.back.push({ paymentId: payment.id, what: 'goes' }));
}

/** One process of the shop, with connections of its own. */
export interface Replica {
  readonly database: OrdersDatabase;
  readonly orders: PendingOrders;
  readonly settledOrders: OrdersService;
  readonly due: DueLines;
  readonly reader: OrderReader;
  readonly ledger: PaymentLedger;
  readonly sync: PaymentSync;
  readonly checks: PaymentChecks;
  readonly expiry: OrderExpiry;
  readonly parked: ParkedMoney;
  readonly invoices: Invoices;
  readonly payments: PaymentReader;
  readonly starts: PaymentStart;
  readonly confirmations: PaymentConfirmation;
  readonly approvals: ApprovedPayments;
  readonly abandonment: PaymentAbandonment;
}

/** A placed order and its payment, neither known to a gateway. */
export interface Placed {
  readonly order: OrderSnapshot;
  readonly payment: Payment;
}

/** Orders and payments of two replicas on one database, before two gateways: `card`, whose late money is parked, and `wallet`, whose late money goes back. */
export interface PaidShop {
  readonly one: Replica;
  readonly other: Replica;
  readonly card: FakeGateway;
  readonly wallet: FakeGateway;
  readonly consequences: Consequences;
  /** What the catalog says of a SKU; every other one is sold as it was. */
  readonly quotes: Map<string, Partial<Quote> | null>;
  readonly databaseUrl: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  place(change?: Partial<NewPendingOrder>): Promise<Placed>;
  /** An order whose payment its gateway waits for. */
  started(change?: Partial<NewPendingOrder>): Promise<Placed>;
  status(order: Pick<OrderSnapshot, 'id'>): Promise<string | undefined>;
  /** Makes its time be over. */
  runOut(order: Pick<OrderSnapshot, 'id'>): Promise<void>;
  close(): Promise<void>;
}

/** An order that waits for its money, of one seat, by a key and a learner of its own. */
export function newPending(change: Partial<NewPendingOrder> = {}): NewPendingOrder {
  const { id, currency, totalMinor, learner, placedBy, emailOptIn, idempotency, lines } = newOrder({ lines: [newLine()] });
  return { id, currency, totalMinor, learner, placedBy, emailOptIn, idempotency, lines, processor: 'card', waitsForMs: HOUR_MS, waitsUntil: null, ...change };
}

@Module({})
class Surroundings {}

export async function openPaidShop(): Promise<PaidShop> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => undefined);
  const sql: PaidShop['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  const [card, wallet, consequences, quotes] = [new FakeGateway('card'), new FakeGateway('wallet'), new Consequences(), new Map<string, Partial<Quote> | null>()];
  const catalog = { quote: async (skus: readonly string[]) => quoted(skus, quotes, sql) };
  const modules = await Promise.all([1, 2].map(() => moduleOf(database.url, surroundings({ card, wallet }), catalog, consequences)));
  const [one, other] = modules.map(replicaOf);
  if (!one || !other) throw new Error('There are two replicas.');
  const place: PaidShop['place'] = (change) => placedOn(one, newPending(change));
  return {
    one, other, card, wallet, consequences, quotes, sql, place,
    databaseUrl: database.url,
    started: async (change) => {
      const { order, payment } = await place(change);
      return { order, payment: (await one.sync.start(payment, 'test')).payment };
    },
    status: async ({ id }) => (await sql<{ status: string }>(`select status from orders where id = $1`, [id]))[0]?.status,
    runOut: async ({ id }) => void (await sql(`update orders set expires_at = now() - interval '1 second', expiry_check_at = now() - interval '1 second' where id = $1`, [id])),
    close: async () => {
      await pool.end();
      for (const module of modules) await module.close();
      await database.drop();
    },
  };
}

function surroundings(gateways: Readonly<Record<string, unknown>>): DynamicModule {
  const wired = Object.entries(gateways).map(([name, gateway]) => ({ name, timeoutMs: 500, kind: 'gateway', gateway: gateway as PaymentProcessor, rules: { latePayments: name === 'wallet' ? 'refund' : 'park', outsideRefunds: 'ask', disputes: 'ask' } }) as const);
  return { module: Surroundings, global: true, providers: [{ provide: ProcessorRegistry, useValue: new ProcessorRegistry(wired) }], exports: [ProcessorRegistry] };
}

async function moduleOf(databaseUrl: string, around: DynamicModule, catalog: unknown, consequences: Consequences): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: databaseUrl, poolSize: 12 }), registerRequestContext: false, autoLoadEntities: false }),
      OrdersModule.forRoot({ leaseMs: LEASE_MS, answerDueMs: 15_000 }),
      around,
      PaymentsModule.forRoot({ leaseMs: LEASE_MS, consequences: { inject: [], useFactory: () => consequences } }),
    ],
    providers: [{ provide: CatalogService, useValue: catalog }, SaleCheck, PaymentAttempt, ApprovedPayments, PaymentStart, PaymentConfirmation, PaymentAbandonment],
  }).compile();
  module.useLogger(false);
  return module.init();
}

function replicaOf(module: TestingModule): Replica {
  return {
    database: module.get(OrdersDatabase),
    orders: module.get(PendingOrders),
    settledOrders: module.get(OrdersService),
    due: module.get(DueLines),
    reader: module.get(OrderReader),
    ledger: module.get(PaymentLedger),
    sync: module.get(PaymentSync),
    checks: module.get(PaymentChecks),
    expiry: module.get(OrderExpiry),
    parked: module.get(ParkedMoney),
    invoices: module.get(Invoices),
    payments: module.get(PaymentReader),
    starts: module.get(PaymentStart),
    confirmations: module.get(PaymentConfirmation),
    approvals: module.get(ApprovedPayments),
    abandonment: module.get(PaymentAbandonment),
  };
}

async function placedOn({ orders, ledger }: Replica, pending: NewPendingOrder): Promise<Placed> {
  let payment: Payment | undefined;
  const { id: orderId, processor, totalMinor: amountMinor, currency } = pending;
  const order = await orders.place(pending, {
    before: () => Promise.resolve(true),
    after: async (runner, orderNumber) => {
      payment = await ledger.write(runner, { id: randomUUIDv7(), orderId, orderNumber, processor, amountMinor, currency });
    },
  });
  if (!order || !payment) throw new Error('The order was not placed.');
  return { order, payment };
}

/** Prices as they were when the SKU was last sold. */
async function quoted(skus: readonly string[], changes: PaidShop['quotes'], sql: PaidShop['sql']): Promise<Map<string, Quote>> {
  const rows = await sql<{ sku: string; price: number; currency: string }>(`select distinct on (l.sku) l.sku, l.unit_price_minor::int as price, o.currency from order_line l join orders o on o.id = l.order_id where l.sku = any ($1) order by l.sku, l.id desc`, [skus]);
  const quotes = rows.map(({ sku, price, currency }): [string, Quote] => [sku, { sku, productId: 'p', productType: 'seat', title: 'T', details: {}, unitPriceMinor: price, currency, availableFrom: null, availableUntil: null, availability: 'available', ...changes.get(sku) }]);
  return new Map(quotes.filter(([sku]) => changes.get(sku) !== null));
}
