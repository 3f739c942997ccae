import { randomBytes, randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { tokenOf } from '../../support/api-client.js';
import { startApi, startSandbox, startWorker, type RunningSandbox } from '../../support/processes.js';
import { SKUS, TIMES } from '../../support/shop.js';
import { Replica } from './replica.js';
import type { Servers } from './servers.js';

/** Beside `TIMES`: retries that a drill can wait for, and a breaker that opens and closes within seconds. */
const SETTINGS = { RETRY_BASE_MS: '200', RETRY_MAX_DELAY_MS: '1000', SWEEP_INTERVAL_MS: '300', BREAKER_FAILURES: '8', BREAKER_OPEN_MS: '500', DATABASE_POOL_SIZE: '10' } as const;
const DAY_S = 24 * 60 * 60;
export const MOST_BUYERS = 30_000;

export interface SceneOptions {
  readonly apis: number;
  readonly workers: number;
  /** Environment of API and workers beside the usual. */
  readonly env?: Readonly<Record<string, string>>;
  /** Products beside those of the test shop. */
  readonly products?: Readonly<Record<string, { readonly type: string; readonly details: object; readonly priceMinor: number }>>;
}

/** What a drill plays on: supervised APIs and workers, a sandbox LMS, and a database of its own. */
export class Scene {
  /** What was done to it, by name. */
  readonly strokes = new Map<string, number>();

  private constructor(
    readonly servers: Servers,
    readonly lms: RunningSandbox,
    readonly apis: readonly Replica[],
    readonly workers: readonly Replica[],
    readonly staff: string,
    private readonly pool: pg.Pool,
  ) {}

  static async open(servers: Servers, options: SceneOptions): Promise<Scene> {
    const databaseUrl = await servers.postgres.makeDatabase(`drill_${randomBytes(6).toString('hex')}`);
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    pool.on('error', () => undefined);
    await fillCatalog(pool, options.products);
    const lms = await startSandbox();
    await lms.control.seed({ userRange: { prefix: 'buyer', from: 1, to: MOST_BUYERS } });
    const programs = { databaseUrl, lmsUrl: lms.url, env: { ...TIMES, ...SETTINGS, REDIS_URL: servers.redis.url, ...options.env } };
    const apis = Array.from({ length: options.apis }, () => new Replica('api', () => startApi(programs)));
    const workers = Array.from({ length: options.workers }, () => new Replica('worker', () => startWorker(programs)));
    await servers.redis.flush();
    await Promise.all([...apis, ...workers].map((replica) => replica.start()));
    return new Scene(servers, lms, apis, workers, await longLivedStaffToken(), pool);
  }

  get replicas(): readonly Replica[] {
    return [...this.apis, ...this.workers];
  }

  count(stroke: string): void {
    this.strokes.set(stroke, (this.strokes.get(stroke) ?? 0) + 1);
  }

  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** The LMS works again, and nobody is frozen. */
  async mend(): Promise<void> {
    await this.lms.control.mend();
    for (const replica of this.replicas) replica.signal('SIGCONT');
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.lms.stop();
    await this.pool.end();
  }
}

/** Holds for a process whose clock is an hour off, too. */
function longLivedStaffToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return tokenOf('staff', { administrator: true, iat: now - DAY_S, exp: now + DAY_S });
}

async function fillCatalog(pool: pg.Pool, more: SceneOptions['products'] = {}): Promise<void> {
  for (const [sku, { type, details, priceMinor }] of Object.entries({ ...SKUS, ...more })) {
    const id = randomUUIDv7();
    await pool.query(`insert into product (id, product_type, title, details, created_at, updated_at) values ($1, $2, $3, $4, now(), now())`, [id, type, `The product of ${sku}`, JSON.stringify(details)]);
    await pool.query(`insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) values ($1, $2, $3, 'USD', now(), now())`, [sku, id, priceMinor]);
  }
}
