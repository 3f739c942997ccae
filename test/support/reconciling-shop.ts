import { randomUUIDv7 } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Test } from '@nestjs/testing';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import pg from 'pg';
import { mikroOrmOptions } from '#config';
import { OrdersDatabase, OrdersModule } from '#orders';
import {
  PaymentBalance, PaymentReconciliation, PaymentReconciliationModule, PaymentsModule, ProcessorRegistry, ReconciliationRuns, ScheduledReconciliation,
  type GatewayPayment, type ListedPayment, type Payment, type PaymentConsequences, type PaymentProcessor, type PaymentWindow, type StartedPayment,
} from '#payments';
import { ANSWER_DUE_MS } from './orders.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** The gateways of the map in these tests: the second one sells through the same account as the first. */
export const CARD = 'card';
export const CARD_EU = 'card-eu';

/** A payment as its gateway has it, and when the gateway lists it: null where it does not. */
export interface HeldPayment {
  readonly payment: GatewayPayment;
  readonly at: Date | null;
}

/** A gateway that plays what a test puts into it. */
export class ScriptedGateway implements Pick<PaymentProcessor, 'list' | 'verify'> {
  readonly held = new Map<string, HeldPayment>();
  /** Every payment that was read back. */
  readonly verified: string[] = [];
  /** How often it was asked for its list. */
  lists = 0;
  /** How many it has handed over. */
  listed = 0;
  /** Runs before each payment is handed over, and before each is read back. */
  onCall: (call: 'list' | 'verify') => void | Promise<void> = () => undefined;

  put(payment: Partial<GatewayPayment> & Pick<GatewayPayment, 'reference'>, at: Date | null = YESTERDAY()): void {
    const usual = { captureReference: null, status: 'captured', amountMinor: 4_900, capturedMinor: 4_900, currency: 'USD', paymentId: null, orderNumber: null, declined: null, refunds: [], disputes: [] } as const;
    this.held.set(payment.reference, { payment: { ...usual, ...payment }, at });
  }

  async *list({ since, until, signal }: PaymentWindow): AsyncGenerator<ListedPayment> {
    this.lists += 1;
    for (const { payment, at } of [...this.held.values()]) {
      if (at === null || at < since || at >= until || payment.capturedMinor === 0) continue;
      await this.onCall('list');
      signal.throwIfAborted();
      this.listed += 1;
      const { reference, captureReference, paymentId, orderNumber, capturedMinor, currency, refunds } = payment;
      yield { reference, captureReference, paymentId, orderNumber, capturedMinor, currency, at, refundedMinor: refunds.filter(({ status }) => status !== 'failed').reduce((sum, { amountMinor }) => sum + amountMinor, 0) };
    }
  }

  async verify({ reference, paymentId }: StartedPayment): Promise<GatewayPayment | null> {
    await this.onCall('verify');
    this.verified.push(paymentId);
    return (reference === null ? undefined : this.held.get(reference)?.payment) ?? null;
  }
}

/** Payments and what compares them, on a database of their own, before a gateway that plays a script. */
export interface ReconcilingShop {
  readonly gateway: ScriptedGateway;
  readonly reconciliation: PaymentReconciliation;
  readonly scheduled: ScheduledReconciliation;
  readonly runs: ReconciliationRuns;
  /** Payments whose order was opened. */
  readonly opened: string[];
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Another process of the same shop. */
  replica(options?: { readonly leaseMs?: number; readonly repair?: boolean }): Promise<Replica>;
  close(): Promise<void>;
}

type Replica = Pick<ReconcilingShop, 'reconciliation' | 'scheduled' | 'runs' | 'opened' | 'close'>;

export const YESTERDAY = () => new Date(Date.now() - 24 * 60 * 60 * 1_000);
export const LEASE_MS = 60_000;

export async function openReconcilingShop(): Promise<ReconcilingShop> {
  const database = await createTestDatabase();
  const gateway = new ScriptedGateway();
  const replicas: Replica[] = [];
  const replica: ReconcilingShop['replica'] = async (options) => {
    const made = await startReplica(database, gateway, options);
    replicas.push(made);
    return made;
  };
  const first = await replica();
  const pool = new pg.Pool({ connectionString: database.url, max: 3 });
  pool.on('error', () => undefined);
  return {
    ...first,
    gateway,
    replica,
    sql: async (text, values = []) => (await pool.query(text, values)).rows as never,
    close: async () => {
      await pool.end();
      await Promise.all(replicas.map(({ close }) => close()));
      await database.drop();
    },
  };
}

async function startReplica({ url }: TestDatabase, gateway: ScriptedGateway, { leaseMs = LEASE_MS, repair = false } = {}): Promise<Replica> {
  const opened: string[] = [];
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url, poolSize: 5 }), registerRequestContext: false, autoLoadEntities: false }),
      OrdersModule.forRoot({ leaseMs, answerDueMs: ANSWER_DUE_MS }),
      gateways(gateway),
      PaymentsModule.forRoot({ leaseMs, consequences: { inject: [OrdersDatabase], useFactory: (database: OrdersDatabase) => consequences(database, opened) } }),
      PaymentReconciliationModule.forRoot({ leaseMs, repair }),
    ],
  }).compile();
  module.enableShutdownHooks();
  await module.init();
  let closing: Promise<void> | undefined;
  return { reconciliation: module.get(PaymentReconciliation), scheduled: module.get(ScheduledReconciliation), runs: module.get(ReconciliationRuns), opened, close: () => (closing ??= module.close()) };
}

@Global()
@Module({})
class Gateways {}

function gateways(gateway: ScriptedGateway): DynamicModule {
  const rules = { latePayments: 'park', outsideRefunds: 'ask', disputes: 'ask' } as const;
  const wired = [CARD, CARD_EU].map((name) => ({ name, kind: 'gateway', timeoutMs: 5_000, rules, gateway: gateway as unknown as PaymentProcessor }) as const);
  const registry = new ProcessorRegistry([{ name: 'free', kind: 'bypass', timeoutMs: 0, rules, bypass: { settle: () => ({ reference: null, owed: false }) } }, ...wired]);
  return { module: Gateways, providers: [{ provide: ProcessorRegistry, useValue: registry }], exports: [ProcessorRegistry] };
}

/** Writes down what went back, as refunds do. */
function consequences(database: OrdersDatabase, opened: string[]): PaymentConsequences {
  const balance = new PaymentBalance();
  return {
    opened: ({ id }: Payment) => Promise.resolve(void opened.push(id)),
    approved: () => Promise.resolve(),
    goesBack: () => Promise.resolve(),
    moneyWentBack: async ({ id }, { refunds }) => {
      const refundedMinor = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      await database.transaction(async (runner) => {
        await balance.lock(runner, id);
        await balance.recount(runner, id, { refundedMinor, reservedMinor: 0 });
      });
    },
  };
}

/** What a payment that is written here differs in from one that was captured a day ago, for 49 USD. */
export interface WrittenPayment {
  readonly processor?: string;
  readonly status?: 'started' | 'captured' | 'failed';
  readonly reference?: string | null;
  readonly captureReference?: string | null;
  readonly capturedMinor?: number;
  readonly refundedMinor?: number;
  readonly reservedMinor?: number;
  readonly capturedAt?: Date;
}

/** Writes an order and its payment past the services. Answers the payment's identifier and reference, and the order's number. */
export async function written({ sql }: Pick<ReconcilingShop, 'sql'>, { processor = CARD, status = 'captured', captureReference = null, capturedMinor = 4_900, refundedMinor = 0, reservedMinor = 0, capturedAt = YESTERDAY(), ...more }: WrittenPayment = {}) {
  const [id, orderId] = [randomUUIDv7(), randomUUIDv7()];
  const [orderNumber, reference] = [`OF-${id.slice(-12)}`, more.reference === undefined ? `pi_${id}` : more.reference];
  const captured = status === 'captured';
  await sql(
    `insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
     values ($1, $2, $3, 'USD', 4900, 'ada', 'ada', false, $4, $5, 1, now())`,
    [orderId, orderNumber, captured ? 'complete' : 'pending', processor, captured ? 'settled' : 'pending'],
  );
  await sql(
    `insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, capture_reference, captured_minor, captured_currency, refunded_minor, reserved_minor, opened_order, created_at, captured_at, updated_at)
     values ($1, $2, $3, $4, $5, 4900, 'USD', $6, $7, $8, $9, $10, $11, $12, now(), $13, now())`,
    [id, orderId, orderNumber, processor, status, reference, captureReference, captured ? capturedMinor : 0, captured ? 'USD' : null, refundedMinor, reservedMinor, captured, captured ? capturedAt : null],
  );
  return { id, orderNumber, reference };
}
