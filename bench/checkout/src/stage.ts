import { join } from 'node:path';
import type { PostgresServer } from '../../../apps/local/src/postgres/postgres-server.js';
import { DEMO_PEOPLE, signToken } from '../../../apps/local/src/demo-tokens.js';
import { startApi, TEST_JWT_SECRET, TEST_LMS_API_KEY, type RunningProgram } from '../../../test/support/processes.js';
import { seedCatalog } from '../../kit/src/catalog.js';
import { settleDatabase } from '../../kit/src/database.js';
import { ForkedProgram } from '../../kit/src/forked-program.js';
import { Ground } from '../../kit/src/ground.js';
import { LmsStub } from '../../kit/src/lms-stub.js';
import { Buyers } from './buyers.js';

/** A paid seat of the seed catalog that is sold without end, `verified`: it is enrolled without looking first. */
const SKU = 'C0A17E3';
/** The default of the product's `DATABASE_POOL_SIZE`. */
const POOL_SIZE = '20';

export const CONTESTANTS = ['product', 'baseline'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

export interface StageOptions {
  /** Environment of the servers beside what they need. */
  readonly env: Readonly<Record<Contestant, Readonly<Record<string, string>>>>;
  readonly report: (line: string) => void;
}

/** Everything that takes part, each a process of its own: PostgreSQL, the LMS, both servers, the buyers. */
export class Stage {
  private constructor(
    private readonly ground: Ground,
    private readonly options: StageOptions,
  ) {}

  /** Starts all of it and passes it to `work`; stops all of it afterwards, whatever happened. */
  static async use<Result>(options: StageOptions, work: (cast: Cast) => Promise<Result>): Promise<Result> {
    return Ground.use(options.report, async (ground) => work(await new Stage(ground, options).start()));
  }

  private async start(): Promise<Cast> {
    const { ground } = this;
    const { report, env } = this.options;
    const databases = { product: await this.makeDatabase('bench_product'), baseline: await this.makeDatabase('bench_baseline') };
    report('Starting the LMS stub, the API, the baseline and the buyers …');
    const lms = ground.closing(await LmsStub.start());
    const product = ground.closing(await startApi({ databaseUrl: databases.product, lmsUrl: lms.url, env: { NODE_ENV: 'production', LOG_LEVEL: 'info', DATABASE_POOL_SIZE: POOL_SIZE, ...env.product } }));
    const baseline = ground.closing(await ForkedProgram.start('The baseline', join(import.meta.dirname, 'baseline.main.js'), {
      DATABASE_URL: databases.baseline, DATABASE_POOL_SIZE: POOL_SIZE, LMS_URL: lms.url, LMS_API_KEY: TEST_LMS_API_KEY, JWT_SECRET: TEST_JWT_SECRET, SKU, ...env.baseline,
    }));
    const buyers = ground.closing(await Buyers.start());
    const token = await signToken(DEMO_PEOPLE.staff, { jwtSecret: TEST_JWT_SECRET, issuer: `${lms.url}/oauth2` });
    return new Cast({ postgres: ground.postgres, databases, lms, servers: { product, baseline }, buyers, token });
  }

  private async makeDatabase(name: string): Promise<string> {
    const url = await this.ground.makeDatabase(name);
    await seedCatalog(url);
    return url;
  }
}

export interface CastMembers {
  readonly postgres: PostgresServer;
  readonly databases: Readonly<Record<Contestant, string>>;
  readonly lms: LmsStub;
  readonly servers: Readonly<Record<Contestant, Pick<RunningProgram, 'url' | 'pid'>>>;
  readonly buyers: Buyers;
  readonly token: string;
}

/** What is on the stage while it runs. */
export class Cast {
  constructor(readonly members: CastMembers) {}

  /** From now on the LMS takes this long for an answer. */
  async setLmsLatency(latencyMs: number): Promise<void> {
    await this.members.lms.answerAfter(latencyMs);
  }

  /** Gives PostgreSQL fresh statistics, and a log that is written out, before it counts. */
  async settleDatabases(): Promise<void> {
    for (const url of Object.values(this.members.databases)) await settleDatabase(url);
  }

  /** Buys from one of the servers. @throws {Error} when an order is not delivered. */
  buy(from: Contestant, buyers: number, durationMs: number) {
    const { servers, token } = this.members;
    return this.members.buyers.buy({ url: servers[from].url, token, sku: SKU, buyers, durationMs });
  }
}
