import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, defineConfig, type Options } from '@mikro-orm/postgresql';
import { CATALOG_ENTITIES } from '#catalog';
import { ORDERS_ENTITIES } from '#orders';
import { MIGRATIONS } from './migrations/index.js';

/**
 * How long a process that serves waits for one statement, for a lock, and may keep a transaction open without a word: a process or
 * a host that hangs must not hold up the others. A command takes the time that it needs.
 */
const SERVICE_LIMITS = { statement_timeout: 60_000, query_timeout: 61_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 10_000, keepAlive: true };

export interface DatabaseOptions {
  readonly url: string;
  /** Connections that this process may hold. */
  readonly poolSize: number;
  /** The API and the worker, which wait for nothing longer than they may. */
  readonly isService?: boolean;
}

/** MikroORM's options for every program. */
export function mikroOrmOptions({ url, poolSize, isService = false }: DatabaseOptions): Options {
  return defineConfig({
    clientUrl: url,
    entities: [...ORDERS_ENTITIES, ...CATALOG_ENTITIES],
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, transactional: true, allOrNothing: true, snapshot: false, silent: true },
    pool: { min: 0, max: poolSize },
    driverOptions: { connectionTimeoutMillis: 10_000, application_name: 'order-fulfillment', ...(isService ? SERVICE_LIMITS : {}) },
    // A mistyped URL must fail, and not make a database.
    ensureDatabase: false,
    forceUtcTimezone: true,
    discovery: { warnWhenNoEntities: false },
  });
}

const LOCK_TRIES = 10;
const LOCK_PAUSE_MS = 2_000;

/**
 * Brings the schema up to date. Safe to run again, and beside running replicas. A table that somebody else holds is not waited for by
 * everybody behind us: the migrations let go, and begin again, for up to a minute.
 */
export async function runMigrations(databaseUrl: string): Promise<void> {
  await withOrm(databaseUrl, async (orm) => {
    for (let tries = 1; ; tries += 1) {
      try {
        await orm.migrator.up();
        return;
      } catch (error) {
        if (!isLocked(error) || tries === LOCK_TRIES) throw error;
        await sleep(LOCK_PAUSE_MS);
      }
    }
  });
}

/** SQLSTATE 55P03: a lock was not to be had in time. */
function isLocked(thrown: unknown): boolean {
  return thrown instanceof Error && (('code' in thrown && thrown.code === '55P03') || isLocked(thrown.cause));
}

/** Names of the migrations that the database still lacks. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  return withOrm(databaseUrl, async (orm) => (await orm.migrator.getPending()).map(({ name }) => name));
}

async function withOrm<Result>(url: string, work: (orm: MikroORM) => Promise<Result>): Promise<Result> {
  const orm = await MikroORM.init(mikroOrmOptions({ url, poolSize: 1 }));
  try {
    return await work(orm);
  } finally {
    await orm.close(true);
  }
}
