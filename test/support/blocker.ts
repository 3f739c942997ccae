import pg from 'pg';

export interface Blocker {
  release(): Promise<void>;
}

/** Takes the locks of a statement and keeps them, in a transaction of its own, until they are released. */
export async function block(databaseUrl: string, sql: string, values: unknown[] = []): Promise<Blocker> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query(sql, values);
  return {
    release: async () => {
      await client.query('commit');
      await client.end();
    },
  };
}
