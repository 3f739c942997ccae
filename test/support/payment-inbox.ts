import { randomUUIDv7 } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { mikroOrmOptions } from '#config';
import { OrdersModule, PendingOrders } from '#orders';
import {
  EventDismissal,
  EventReplay,
  PaymentChecks,
  PaymentEventBodies,
  PaymentEventReader,
  PaymentEvents,
  PaymentInboxModule,
  PaymentLedger,
  PaymentReader,
  PaymentWatch,
  PaymentsModule,
  ProcessorRegistry,
  WebhookInbox,
  type GatewayPayment,
  type KeptEvent,
  type Payment,
  type PaymentConsequences,
  type PaymentProcessor,
  type WebhookSubject,
} from '#payments';
import { newLine, newOrder } from './orders.js';
import { createTestDatabase } from './postgres.js';
import { ScriptedGateway } from './scripted-gateway.js';

export const LEASE_MS = 60_000;
export const TIMEOUT_MS = 300;
export const BODY_DAYS = 90;

/** What follows from money, counted. */
export class CountedConsequences implements PaymentConsequences {
  readonly openedFor: Payment[] = [];
  readonly approvedOf: Payment[] = [];
  readonly wentBackOf: Payment[] = [];
  opened = (payment: Payment) => this.count(this.openedFor, payment);
  moneyWentBack = (payment: Payment) => this.count(this.wentBackOf, payment);
  approved = (payment: Payment) => this.count(this.approvedOf, payment);
  goesBack = () => Promise.resolve();

  private count(list: Payment[], payment: Payment): Promise<void> {
    list.push(payment);
    return Promise.resolve();
  }
}

/** The inbox on a database of its own, before a gateway that plays a script. It is called `card`, and a second account at it `card-eu`. */
export interface InboxUnderTest {
  readonly inbox: WebhookInbox;
  readonly events: PaymentEvents;
  readonly reader: PaymentEventReader;
  readonly replays: EventReplay;
  readonly dismissals: EventDismissal;
  readonly bodies: PaymentEventBodies;
  readonly ledger: PaymentLedger;
  readonly checks: PaymentChecks;
  readonly watch: PaymentWatch;
  readonly payments: PaymentReader;
  readonly gateway: ScriptedGateway;
  readonly consequences: CountedConsequences;
  /** Every event that somebody was told of, and whether its row could be read by others then. */
  readonly told: { readonly id: string; readonly isOnRecord: Promise<boolean> }[];
  readonly databaseUrl: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** An order that waits for its money by a payment that the gateway knows. */
  waitingOrder(): Promise<Payment>;
  /** Keeps an event that the gateway has proven. */
  event(subject: Partial<WebhookSubject> | null, more?: { readonly eventId?: string; readonly type?: string; readonly processor?: string }): Promise<KeptEvent>;
  row(id: string): Promise<Record<string, unknown>>;
  orderStatus(payment: Payment): Promise<string | undefined>;
  /** Makes what waits due, and has it looked at. */
  lookAgain(id: string): Promise<void>;
  close(): Promise<void>;
}

@Module({})
class Surroundings {}

function surroundings(gateway: PaymentProcessor): DynamicModule {
  const rules = { latePayments: 'park', outsideRefunds: 'ask', disputes: 'ask' } as const;
  const wired = (name: string) => ({ name, timeoutMs: TIMEOUT_MS, rules, kind: 'gateway', gateway }) as const;
  const bypass = { name: 'free', timeoutMs: TIMEOUT_MS, rules, kind: 'bypass', bypass: { settle: () => ({ reference: null, owed: false }) } } as const;
  return { module: Surroundings, global: true, providers: [{ provide: ProcessorRegistry, useValue: new ProcessorRegistry([wired('card'), wired('card-eu'), bypass]) }], exports: [ProcessorRegistry] };
}

export async function openInbox({ leaseMs = LEASE_MS } = {}): Promise<InboxUnderTest> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => undefined);
  const sql: InboxUnderTest['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  const [gateway, consequences, told] = [new ScriptedGateway(), new CountedConsequences(), [] as InboxUnderTest['told']];
  const tell = ({ id }: { id: string }) => void told.push({ id, isOnRecord: sql(`select 1 from payment_event where id = $1`, [id]).then((rows) => rows.length === 1) });
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 20 }), registerRequestContext: false, autoLoadEntities: false }),
      OrdersModule.forRoot({ leaseMs, answerDueMs: 15_000 }),
      surroundings(gateway),
      PaymentsModule.forRoot({ leaseMs, consequences: { inject: [], useFactory: () => consequences } }),
      PaymentInboxModule.forRoot({ onReceived: { inject: [], useFactory: () => tell }, bodyDays: BODY_DAYS }),
    ],
  }).compile();
  module.useLogger(false);
  await module.init();
  const [inbox, events, ledger, orders] = [module.get(WebhookInbox), module.get(PaymentEvents), module.get(PaymentLedger), module.get(PendingOrders)];
  let count = 0;
  return {
    inbox,
    events,
    ledger,
    gateway,
    consequences,
    told,
    sql,
    reader: module.get(PaymentEventReader),
    replays: module.get(EventReplay),
    checks: module.get(PaymentChecks),
    watch: module.get(PaymentWatch),
    payments: module.get(PaymentReader),
    dismissals: module.get(EventDismissal),
    bodies: module.get(PaymentEventBodies),
    databaseUrl: database.url,
    waitingOrder: () => waitingOrder({ orders, ledger, gateway }),
    event: (subject, { eventId = `evt_${++count}`, type = 'payment.changed', processor = 'card' } = {}) => inbox.receive(processor, gateway.message({ eventId, type, subject: subject && { reference: null, captureReference: null, paymentId: null, orderNumber: null, ...subject } })),
    row: async (id) => (await sql(`select * from payment_event where id = $1`, [id]))[0] ?? {},
    orderStatus: async ({ orderId }) => (await sql<{ status: string }>(`select status from orders where id = $1`, [orderId]))[0]?.status,
    lookAgain: async (id) => {
      await sql(`update payment_event set next_attempt_at = now() where id = $1 and status = 'received'`, [id]);
      await events.perform({ id });
    },
    close: async () => {
      await pool.end();
      await module.close();
      await database.drop();
    },
  };
}

async function waitingOrder({ orders, ledger, gateway }: { orders: PendingOrders; ledger: PaymentLedger; gateway: ScriptedGateway }): Promise<Payment> {
  const order = newOrder({ lines: [newLine()] });
  const { id: orderId } = order;
  const id = randomUUIDv7();
  let written: Payment | undefined;
  await orders.place(
    { ...order, processor: 'card', waitsForMs: 3_600_000, waitsUntil: null },
    {
      before: () => Promise.resolve(true),
      after: async (runner, orderNumber) => {
        written = await ledger.write(runner, { id, orderId, orderNumber, processor: 'card', amountMinor: order.totalMinor, currency: order.currency });
      },
    },
  );
  if (!written) throw new Error('The order was not placed.');
  const state: GatewayPayment = gateway.expect(written);
  return (await ledger.apply(written, state, 'test')).payment;
}
