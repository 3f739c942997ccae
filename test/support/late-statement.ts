import pg from 'pg';
import { block } from './blocker.js';
import { until } from './until.js';

const GATE = 4_711;

/** A statement whose view of the database is older than what happens before it may go on. */
export interface LateStatement<Row> {
  /** Lets it go on, and gives what it comes to. */
  goOn(): Promise<Row[]>;
}

/**
 * Begins a statement that picks rows `where l.…`, and stops it when it has taken its snapshot and not yet looked at a row: the moment in
 * which others change what it is about to lock.
 */
export async function beginLate<Row extends pg.QueryResultRow>(databaseUrl: string, { text }: { text: string }, values: unknown[]): Promise<LateStatement<Row>> {
  const late = text.replace('where l.', `where (select true from (select pg_advisory_xact_lock(${GATE})) gate) and l.`);
  if (late === text) throw new Error('The statement has no place to stop at.');
  const blocker = await block(databaseUrl, `select pg_advisory_xact_lock(${GATE})`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const running = client.query<Row>(late, values).finally(() => client.end());
  await until('the statement waits', async () => isWaiting(databaseUrl));
  return {
    goOn: async () => {
      await blocker.release();
      return (await running).rows;
    },
  };
}

async function isWaiting(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}
