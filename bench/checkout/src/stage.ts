import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runMigrations } from '#config';
import { ChildProgram } from '../../../apps/local/src/child-program.js';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { DEMO_PEOPLE, signToken } from '../../../apps/local/src/demo-tokens.js';
import { startEmbeddedPostgres } from '../../../apps/local/src/postgres/embedded-postgres.js';
import { choosePostgresPlace } from '../../../apps/local/src/postgres/postgres-place.js';
import type { PostgresServer } from '../../../apps/local/src/postgres/postgres-server.js';
import { startApi, TEST_JWT_SECRET, TEST_LMS_API_KEY, type RunningProgram } from '../../../test/support/processes.js';
import { Buyers } from './buyers.js';
import { ForkedProgram } from './forked-program.js';

/** A paid seat of the seed catalog that is sold without end, `verified`: it is enrolled without looking first. */
const SKU = 'C0A17E3';
/** The default of the product's `DATABASE_POOL_SIZE`. */
const POOL_SIZE = '20';
const STUB_ANSWERS_WITHIN_MS = 5_000;
const SEED_LIMIT_MS = 60_000;

export const CONTESTANTS = ['product', 'baseline'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

export interface StageOptions {
  /** Environment of the servers beside what they need. */
  readonly env: Readonly<Record<Contestant, Readonly<Record<string, string>>>>;
  readonly report: (line: string) => void;
}

/** Everything that takes part, each a process of its own: PostgreSQL, the LMS, both servers, the buyers. */
export class Stage {
  private readonly closers: (() => Promise<void>)[] = [];

  private constructor(
    readonly folder: string,
    private readonly options: StageOptions,
  ) {}

  /** Starts all of it and passes it to `work`; stops all of it afterwards, whatever happened. */
  static async use<Result>(options: StageOptions, work: (cast: Cast) => Promise<Result>): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'order-fulfillment-bench-'));
    chmodSync(folder, 0o711); // PostgreSQL's own account must get through to its files
    const stage = new Stage(folder, options);
    try {
      return await work(await stage.start());
    } finally {
      await stage.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async start(): Promise<Cast> {
    const { report, env } = this.options;
    report('Starting PostgreSQL …');
    const postgres = await this.startPostgres();
    const databases = { product: await this.makeDatabase(postgres, 'bench_product'), baseline: await this.makeDatabase(postgres, 'bench_baseline') };
    report('Starting the LMS stub, the API, the baseline and the buyers …');
    const lms = this.closing(await ForkedProgram.start('The LMS stub', 'lms-stub.main.js'));
    const product = this.closing(await startApi({ databaseUrl: databases.product, lmsUrl: lms.url, env: { NODE_ENV: 'production', LOG_LEVEL: 'info', DATABASE_POOL_SIZE: POOL_SIZE, ...env.product } }));
    const baseline = this.closing(await ForkedProgram.start('The baseline', 'baseline.main.js', {
      DATABASE_URL: databases.baseline, DATABASE_POOL_SIZE: POOL_SIZE, LMS_URL: lms.url, LMS_API_KEY: TEST_LMS_API_KEY, JWT_SECRET: TEST_JWT_SECRET, SKU, ...env.baseline,
    }));
    const buyers = this.closing(await Buyers.start());
    const token = await signToken(DEMO_PEOPLE.staff, { jwtSecret: TEST_JWT_SECRET, issuer: `${lms.url}/oauth2` });
    return new Cast({ postgres, databases, lms, servers: { product, baseline }, buyers, token });
  }

  private async startPostgres(): Promise<PostgresServer> {
    const { report } = this.options;
    const place = await choosePostgresPlace({ cloneFolder: cloneFolder(), dataFolder: join(this.folder, 'database'), report });
    return this.closing(await startEmbeddedPostgres({ place, password: randomBytes(16).toString('hex'), report }));
  }

  private async makeDatabase(postgres: PostgresServer, name: string): Promise<string> {
    await postgres.ensureDatabase(name);
    const url = postgres.databaseUrl(name);
    await runMigrations(url);
    await seedCatalog(url);
    return url;
  }

  private closing<Part extends { stop(): Promise<void> }>(part: Part): Part {
    this.closers.push(() => part.stop());
    return part;
  }

  private async stop(): Promise<void> {
    for (const close of this.closers.toReversed()) await close();
  }
}

export interface CastMembers {
  readonly postgres: PostgresServer;
  readonly databases: Readonly<Record<Contestant, string>>;
  readonly lms: ForkedProgram;
  readonly servers: Readonly<Record<Contestant, Pick<RunningProgram, 'url' | 'pid'>>>;
  readonly buyers: Buyers;
  readonly token: string;
}

/** What is on the stage while it runs. */
export class Cast {
  constructor(readonly members: CastMembers) {}

  /** From now on the LMS takes this long for an answer. */
  async setLmsLatency(latencyMs: number): Promise<void> {
    await this.members.lms.ask({ latencyMs }, STUB_ANSWERS_WITHIN_MS);
  }

  /** Gives PostgreSQL fresh statistics, and a log that is written out, before it counts. */
  async settleDatabases(): Promise<void> {
    for (const url of Object.values(this.members.databases)) await execute(url, 'vacuum analyze', 'checkpoint');
  }

  /** Buys from one of the servers. @throws {Error} when an order is not delivered. */
  buy(from: Contestant, buyers: number, durationMs: number) {
    const { servers, token } = this.members;
    return this.members.buyers.buy({ url: servers[from].url, token, sku: SKU, buyers, durationMs });
  }
}

async function execute(databaseUrl: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function seedCatalog(databaseUrl: string): Promise<void> {
  const folder = cloneFolder();
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
  const seed = new ChildProgram({ name: 'The catalog seed', entry: join(folder, 'dist/apps/ops/src/catalog-seed.main.js'), cwd: folder, env });
  const timer = setTimeout(() => {
    seed.kill('SIGKILL');
  }, SEED_LIMIT_MS);
  await seed.exited;
  clearTimeout(timer);
  if (!seed.succeeded) throw new Error(seed.lastWords());
}
