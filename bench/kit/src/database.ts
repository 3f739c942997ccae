import pg from 'pg';

/** One connection of the benchmark's own, closed afterwards. */
export async function withClient<Result>(databaseUrl: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs statements one after the other, each a commit of its own. */
export async function execute(databaseUrl: string, ...statements: readonly string[]): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** Gives PostgreSQL fresh statistics, and a log that is written out, before it counts. */
export async function settleDatabase(databaseUrl: string): Promise<void> {
  await execute(databaseUrl, 'vacuum analyze', 'checkpoint');
}
