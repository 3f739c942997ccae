import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager } from '@mikro-orm/postgresql';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { mikroOrmOptions } from '#config';
import { AcceptedLines, DueLines, IdempotencyRecords, LineResults, OrderReader, OrdersModule, OrdersService, SettleService, type AttemptEnd, type NewLine, type NewOrder, type OrderClaim, type SettledLine, type Settlement } from '#orders';
import { createTestDatabase } from './postgres.js';

export const LEASE_MS = 60_000;
export const ANSWER_DUE_MS = 15_000;

/** The orders lib on a database of its own, with a second way to look at it. */
export interface OrdersUnderTest {
  readonly orders: OrdersService;
  readonly settling: SettleService;
  readonly reader: OrderReader;
  readonly records: IdempotencyRecords;
  readonly due: DueLines;
  readonly accepted: AcceptedLines;
  readonly results: LineResults;
  readonly databaseUrl: string;
  /** Runs plain SQL, past the service. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** On the service's own pool. */
  readonly em: EntityManager;
  close(): Promise<void>;
}

export async function openOrders(options: { leaseMs?: number; answerDueMs?: number; poolSize?: number; through?: (databaseUrl: string) => string } = {}): Promise<OrdersUnderTest> {
  const database = await createTestDatabase();
  const { leaseMs = LEASE_MS, answerDueMs = ANSWER_DUE_MS, poolSize = 20, through = (url: string) => url } = options;
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: through(database.url), poolSize }), registerRequestContext: false, autoLoadEntities: false }),
      OrdersModule.forRoot({ leaseMs, answerDueMs }),
    ],
  }).compile();
  await module.init();
  const pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => undefined);
  return {
    orders: module.get(OrdersService),
    settling: module.get(SettleService),
    reader: module.get(OrderReader),
    records: module.get(IdempotencyRecords),
    due: module.get(DueLines),
    accepted: module.get(AcceptedLines),
    results: module.get(LineResults),
    databaseUrl: database.url,
    sql: async (text, values = []) => (await pool.query(text, values)).rows as never,
    em: module.get(EntityManager),
    close: async () => {
      await pool.end();
      await module.close();
      await database.drop();
    },
  };
}

/** A line that is ready to be placed. */
export function newLine(change: Partial<NewLine> = {}): NewLine {
  return {
    id: randomUUIDv7(),
    claimId: randomUUID(),
    sku: 'A1B2C3D',
    productId: randomUUIDv7(),
    productType: 'seat',
    title: 'Biology One',
    details: { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' },
    quantity: 1,
    unitPriceMinor: 4_900,
    soldOnce: true,
    refusal: null,
    ...change,
  };
}

/** An order of so many lines, by a key and a learner of its own. */
export function newOrder(change: Partial<NewOrder> = {}, lineCount = 1): NewOrder {
  const lines = change.lines ?? Array.from({ length: lineCount }, () => newLine());
  return {
    id: randomUUIDv7(),
    currency: 'USD',
    totalMinor: lines.reduce((total, { unitPriceMinor, quantity }) => total + unitPriceMinor * quantity, 0),
    learner: { username: `learner-${randomUUID().slice(0, 8)}`, email: 'learner@example.com', address: '203.0.113.7' },
    placedBy: 'staff',
    emailOptIn: false,
    payment: { processor: 'invoice', reference: 'PO-7' },
    idempotency: { caller: 'staff', route: 'POST /v1/checkout', key: randomUUID(), fingerprint: 'f' },
    requestedBy: 'checkout:staff',
    ...change,
    lines,
  };
}

/** Places an order that is known to be new. */
export async function placed({ orders }: OrdersUnderTest, order = newOrder()): Promise<OrderClaim> {
  const claim = await orders.place(order);
  if (!claim) throw new Error('The order was not placed: its key is taken.');
  return claim;
}

export const RETRY_IN_MS = 60_000;
export const FULFILLED: Settlement = { result: 'fulfilled', receipt: 'course-v1:AcmeX+BIO1+2026 (verified)' };
export const SERVER_FAILURE: Settlement = { result: 'failed', failure: { kind: 'server', detail: 'Service Unavailable' }, retry: { inMs: RETRY_IN_MS, costsAttempt: true } };
export const REJECTED: Settlement = { result: 'failed', failure: { kind: 'rejected', detail: 'The mode is expired.' }, retry: null };

/** The end of one line of a claim. */
export function ended(claim: OrderClaim, index: number, settlement: Settlement, attempt: Partial<AttemptEnd> = {}): SettledLine {
  const line = claim.lines[index];
  if (!line) throw new Error(`The claim has no line ${index}.`);
  const outcome = settlement.result === 'fulfilled' ? 'fulfilled' : settlement.result === 'revoked' ? 'revoked' : 'failed';
  return { lineId: line.line.id, claimId: line.claimId, settlement, attempt: settlement.result === 'released' ? null : { outcome, httpStatus: null, detail: null, durationMs: 5, ...attempt }, mayHaveArrived: false };
}

/** Ends all lines of a claim alike. */
export function allEnded(claim: OrderClaim, settlement: Settlement): SettledLine[] {
  return claim.lines.map((_, index) => ended(claim, index, settlement));
}

/** Many finished orders of many learners, one in 500 of them failed, and PostgreSQL's statistics of them. */
export async function fillWithOrders(em: EntityManager, count: number): Promise<void> {
  await em.fork().execute(
    `insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
     select gen_random_uuid(), 'X-' || n, case when n % 500 = 0 then 'fulfillment_error' else 'complete' end, 'USD', 0, 'learner-' || n % 5000, 'staff', false, 'free', 'settled', 1, now() - n * interval '1 minute'
       from generate_series(1, ?) n`,
    [count],
  );
  await em.fork().execute(
    `insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, learner_username, sold_once, status, attempts,
                             failure_kind, failure_detail, failure_passing, next_attempt_at)
     select gen_random_uuid(), id, 1, case when right(number, 3) = '123' then 'RARE' else 'COMMON' end, gen_random_uuid(), 'seat', 'T', '{}', 1, 0, learner_username, false,
            case status when 'complete' then 'fulfilled' else 'open' end, 1, case status when 'complete' then null else 'server' end, case status when 'complete' then null else 'x' end,
            case status when 'complete' then null else true end, case status when 'complete' then null else now() end
       from orders`,
  );
  // One in fifty is with its provider, and a few of these for too long.
  await em.fork().execute(
    `update order_line l set status = 'accepted', accepted_reference = 'job', verify_every_ms = 60000, next_attempt_at = now() + interval '1 minute',
            accepted_until = case when right(o.number, 3) = '100' then now() - interval '1 minute' else now() + interval '1 hour' end
       from orders o where o.id = l.order_id and right(o.number, 2) in ('00', '50') and l.status = 'fulfilled'`,
  );
  await em.fork().execute('vacuum analyze order_line');
}
