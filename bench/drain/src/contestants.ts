import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { redisProcessId, startRedis } from '../../../apps/local/src/redis-server.js';
import { startWorker, TEST_LMS_API_KEY } from '../../../test/support/processes.js';
import { ForkedProgram } from '../../kit/src/forked-program.js';
import type { Ground } from '../../kit/src/ground.js';
import { LmsStub } from '../../kit/src/lms-stub.js';
import { profiling } from '../../kit/src/profile.js';
import type { DrainOptions } from './options.js';

/** The default of the product's `DATABASE_POOL_SIZE`. */
const POOL_SIZE = '20';
const DRAIN_LIMIT_MS = 600_000;

/** Who drains, each from a database of its own. */
export interface Contestant {
  readonly name: 'worker' | 'worker, Bull' | 'bare code';
  readonly databaseUrl: string;
  readonly pid: number;
  /** Called when lines have fallen due: a worker finds them by itself. */
  readonly begin: () => Promise<unknown>;
}

/** Everything that takes part, each a process of its own. */
export interface Cast {
  readonly ground: Ground;
  readonly lms: LmsStub;
  /** Null where the machine has no Redis: then nobody works with Bull. */
  readonly redisPid: number | null;
  readonly contestants: readonly Contestant[];
}

/** Starts everything; the ground stops it. */
export async function startCast(ground: Ground, options: DrainOptions): Promise<Cast> {
  const lms = ground.closing(await LmsStub.start());
  const redis = await startRedis(join(ground.folder, 'redis'));
  if (redis) ground.closing(redis);
  const start = new Start(ground, lms.url, options);
  const contestants = [await start.worker('worker', {}), ...(redis ? [await start.worker('worker, Bull', { REDIS_URL: redis.url })] : []), await start.bareCode()];
  return { ground, lms, redisPid: redis && (await redisProcessId(redis.url)), contestants };
}

class Start {
  private databases = 0;

  constructor(
    private readonly ground: Ground,
    private readonly lmsUrl: string,
    private readonly options: DrainOptions,
  ) {}

  async worker(name: Contestant['name'], redis: Readonly<Record<string, string>>): Promise<Contestant> {
    const databaseUrl = await this.database();
    const env = { NODE_ENV: 'production', LOG_LEVEL: 'info', SWEEP_INTERVAL_MS: '1000', ...this.settings(name), ...redis };
    const { pid } = this.ground.closing(await startWorker({ databaseUrl, lmsUrl: this.lmsUrl, env }));
    return { name, databaseUrl, pid, begin: () => Promise.resolve() };
  }

  async bareCode(): Promise<Contestant> {
    const databaseUrl = await this.database();
    const env = { DATABASE_URL: databaseUrl, LMS_URL: this.lmsUrl, LMS_API_KEY: TEST_LMS_API_KEY, ...this.settings('bare code') };
    const program = this.ground.closing(await ForkedProgram.start('The bare code', join(import.meta.dirname, 'baseline.main.js'), env));
    return { name: 'bare code', databaseUrl, pid: program.pid, begin: () => program.ask({}, DRAIN_LIMIT_MS) };
  }

  private settings(name: Contestant['name']): Record<string, string> {
    const settings = { DATABASE_POOL_SIZE: POOL_SIZE, DELIVERY_CONCURRENCY: String(this.options.concurrency) };
    const { profileFolder } = this.options;
    if (profileFolder === null) return settings;
    const folder = profileFolderOf(profileFolder, name);
    mkdirSync(folder, { recursive: true });
    return { ...settings, ...profiling(folder) };
  }

  private database(): Promise<string> {
    this.databases += 1;
    return this.ground.makeDatabase(`drain_${this.databases}`);
  }
}

/** Where the profiles of one contestant are. */
export function profileFolderOf(folder: string, name: Contestant['name']): string {
  return join(folder, name.replace(/\W+/g, '-'));
}
