import { randomUUID, randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { ask, staffToken, tokenOf, type Answer, type OrderBody, type RequestOptions } from './api-client.js';
import { startShopGateway, type RunningGateway } from './gateway.js';
import { createTestDatabase } from './postgres.js';
import { startApi, startSandbox, startWorker, type RunningProgram, type RunningSandbox } from './processes.js';

/** Short enough for tests: the boot check asks for deadline + 2 × time-out + 1 s. */
export const TIMES = { LMS_TIMEOUT_MS: '400', CHECKOUT_DEADLINE_MS: '1500', FULFILLMENT_LEASE_MS: '3500' } as const;
/** Retries that tests can wait for; the breaker is for the tests that ask for one. */
const RETRIES = { RETRY_BASE_MS: '200', RETRY_MAX_DELAY_MS: '1000', SWEEP_INTERVAL_MS: '300', BREAKER_FAILURES: '0' } as const;
export const LEASE_MS = Number(TIMES.FULFILLMENT_LEASE_MS);

const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';
const CHEMISTRY = 'course-v1:AcmeX+CHEM1+2026';
const PHYSICS = 'course-v1:AcmeX+PHYS1+2026';

/** What the test shop sells. Courses and modes exist in the sandbox LMS, except `GHOST`'s. */
export const SKUS = {
  BIO_AUDIT: seat(BIOLOGY, 'audit', 0),
  BIO_VERIFIED: seat(BIOLOGY, 'verified', 4_900),
  CHEM_AUDIT: seat(CHEMISTRY, 'audit', 0),
  CHEM_HONOR: seat(CHEMISTRY, 'honor', 0),
  CHEM_VERIFIED: seat(CHEMISTRY, 'verified', 9_900),
  PHYS_PRO: seat(PHYSICS, 'professional', 19_900),
  GHOST: seat('course-v1:AcmeX+GHOST+2026', 'verified', 100),
  FREE_VERIFIED: seat(BIOLOGY, 'verified', 0),
  NO_COURSE: { ...seat(BIOLOGY, 'verified', 0), details: { mode: 'verified' } },
  EURO: { ...seat(CHEMISTRY, 'verified', 100), currency: 'EUR' },
  PAST: { ...seat(BIOLOGY, 'audit', 0), until: `now() - interval '1 second'` },
  FUTURE: { ...seat(BIOLOGY, 'audit', 0), from: `now() + interval '1 hour'` },
  DONATE: { ...seat(null, null, 500), type: 'donation', details: {} },
  UNWIRED: { ...seat(null, null, 0), type: 'jetpack', details: {} },
} as const;

function seat(courseId: string | null, mode: string | null, priceMinor: number) {
  return { type: 'seat', details: { courseId, mode } as Record<string, unknown>, priceMinor, currency: 'USD', from: 'null', until: 'null' };
}

/** A shop that sells by a gateway: by the processors `stripe` and `paypal` of test/support/payment-processors.yaml. */
export interface GatewayShop extends Shop {
  readonly gateway: RunningGateway;
  /** What a program needs that calls it. */
  readonly gatewayEnv: Readonly<Record<string, string>>;
}

interface ShopOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** May put something between the API and its database. */
  readonly through?: (databaseUrl: string) => Promise<string>;
}

/** A running shop: API, sandbox LMS and a database with a catalog, each as it would really run. */
export interface Shop {
  readonly databaseUrl: string;
  readonly api: RunningProgram;
  readonly lms: RunningSandbox;
  readonly staff: string;
  readonly sql: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Asks the API, with no token unless one is given. */
  ask<Body = OrderBody>(method: string, path: string, options?: RequestOptions): Promise<Answer<Body>>;
  /** A learner whom the LMS knows, with his token. */
  learner(): Promise<{ username: string; token: string }>;
  /** Staff sell SKUs to a learner by invoice. */
  sell(username: string, skus: readonly string[], options?: RequestOptions): Promise<Answer>;
  order(number: string): Promise<OrderBody>;
  resubmit(number: string): Promise<Answer>;
  /** Rows in every table that an order could leave. */
  rowCounts(): Promise<Record<string, number>>;
  startApi(env?: Readonly<Record<string, string>>): Promise<RunningProgram>;
  startWorker(env?: Readonly<Record<string, string>>): Promise<RunningProgram>;
  close(): Promise<void>;
}

/** Opens a shop, with `gateway` one that sells by a sandbox gateway as well, whose webhooks its API gets. */
export function openShop(options: ShopOptions & { readonly gateway: true }): Promise<GatewayShop>;
export function openShop(options?: ShopOptions): Promise<Shop>;
export async function openShop({ env = {}, through = (url) => Promise.resolve(url), gateway = false }: ShopOptions & { readonly gateway?: boolean } = {}): Promise<Shop | GatewayShop> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  const sql: Shop['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  await fillCatalog(sql);
  const lms = await startSandbox();
  const till = gateway ? await startShopGateway() : null;
  const options = async (more: Readonly<Record<string, string>> = {}) => ({ databaseUrl: await through(database.url), lmsUrl: lms.url, env: { ...TIMES, ...RETRIES, ...till?.env, ...env, ...more } });
  const start = async (more?: Readonly<Record<string, string>>) => startApi(await options(more));
  const api = await start(till ? { PORT: till.apiPort } : {});
  const staff = await staffToken();
  const shop: Shop = {
    databaseUrl: database.url,
    api,
    lms,
    staff,
    sql,
    ask: (method, path, options) => ask(api.url, method, path, options),
    learner: async () => {
      const username = `learner-${randomUUID().slice(0, 12)}`;
      await lms.control.seed({ users: [{ username, email: `${username}@example.com` }] });
      return { username, token: await tokenOf(username) };
    },
    sell: (username, skus, options = {}) => shop.ask('POST', '/v1/checkout', { token: staff, body: sale(username, skus), ...options }),
    order: async (number) => (await shop.ask('GET', `/v1/orders/${number}`, { token: staff })).body,
    resubmit: (number) => shop.ask('POST', `/v1/orders/${number}/resubmit`, { token: staff, body: { reason: 'the LMS works again' } }),
    rowCounts: () => rowCounts(sql),
    startApi: start,
    startWorker: async (more) => startWorker(await options(more)),
    close: async () => {
      await api.stop();
      await pool.end();
      await database.drop();
    },
  };
  return till ? { ...shop, gateway: till.gateway, gatewayEnv: till.env } : shop;
}

/** The body by which staff sell SKUs to a learner. */
export function sale(username: string, skus: readonly string[]) {
  return { items: skus.map((sku) => ({ sku, quantity: 1 })), learner: { username, email: `${username}@example.com` }, payment: { processor: 'invoice', reference: 'PO-7' } };
}

async function fillCatalog(sql: Shop['sql']): Promise<void> {
  for (const [sku, { type, details, priceMinor, currency, from, until }] of Object.entries(SKUS)) {
    const id = randomUUIDv7();
    await sql(`insert into product (id, product_type, title, details, created_at, updated_at) values ($1, $2, $3, $4, now(), now())`, [id, type, `The product of ${sku}`, JSON.stringify(details)]);
    await sql(
      `insert into sku (sku, product_id, price_minor, currency, available_from, available_until, created_at, updated_at) values ($1, $2, $3, $4, ${from}, ${until}, now(), now())`,
      [sku, id, priceMinor, currency],
    );
  }
}

async function rowCounts(sql: Shop['sql']): Promise<Record<string, number>> {
  const tables = ['orders', 'order_line', 'fulfillment_attempt', 'order_history', 'idempotency_record'];
  const counted = await Promise.all(tables.map((table) => sql<{ n: number }>(`select count(*)::int as n from ${table}`)));
  return Object.fromEntries(tables.map((table, index) => [table, counted[index]?.[0]?.n ?? -1]));
}
