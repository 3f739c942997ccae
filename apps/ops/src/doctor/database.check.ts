import pg from 'pg';
import { describeFailure } from '../command-failure.js';
import { fail, isNoWayIn, ok, skipped, type Finding } from './check.js';
import { clockFinding } from './clock.js';

const OLDEST_VERSION = 15;

/** A database, and how long it has for each answer. */
export interface DatabaseTarget {
  readonly url: string;
  readonly limitMs: number;
}

export interface DatabaseFacts {
  /** As PostgreSQL counts: 170002 is 17.2. */
  readonly versionNumber: number;
  /** Its clock less this machine's. */
  readonly aheadMs: number;
}

/** Asks PostgreSQL by a connection of its own, closed at once. */
export async function askDatabase(target: DatabaseTarget): Promise<DatabaseFacts> {
  return withClient(target, async (client) => {
    const askedAtMs = Date.now();
    const { rows } = await client.query<{ version: number; now_ms: number }>(`select current_setting('server_version_num')::int as version, extract(epoch from clock_timestamp())::float8 * 1000 as now_ms`);
    const halfwayMs = (askedAtMs + Date.now()) / 2;
    return { versionNumber: rows[0]?.version ?? 0, aheadMs: (rows[0]?.now_ms ?? halfwayMs) - halfwayMs };
  });
}

/** A connection for one reading. */
export async function withClient<Result>({ url, limitMs }: DatabaseTarget, read: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: limitMs, query_timeout: limitMs, application_name: 'order-fulfillment' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await read(client);
  } finally {
    void client.end().catch(() => undefined);
  }
}

export async function databaseCheck(ask: () => Promise<DatabaseFacts>): Promise<Finding> {
  try {
    const { versionNumber } = await ask();
    const version = `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
    if (versionNumber >= OLDEST_VERSION * 10_000) return ok(`PostgreSQL ${version} answers.`);
    return fail(`PostgreSQL ${version} answers, and is too old.`, `Bring it to version ${OLDEST_VERSION} or newer.`);
  } catch (error) {
    if (isNoWayIn(error)) return fail(words(error), 'Start PostgreSQL, see to it that this machine may reach it, or set DATABASE_URL to another one.');
    throw error;
  }
}

export async function databaseClockCheck(ask: () => Promise<DatabaseFacts>): Promise<Finding> {
  try {
    return clockFinding((await ask()).aheadMs, 'The database');
  } catch (error) {
    if (isNoWayIn(error)) return skipped('the database cannot be reached');
    throw error;
  }
}

/** A name with several addresses fails once for each, under an error without words. */
function words(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join('; ') : error instanceof Error ? `${error.message}.` : describeFailure(error);
}

