import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  const databases: TestDatabase[] = [];

  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });

  it('has the whole schema and belongs to its caller alone, also when many are made at once', async () => {
    databases.push(...(await Promise.all([1, 2, 3, 4].map(createTestDatabase))));
    const [first, second] = databases;
    await query(String(first?.url), 'CREATE TABLE mine ()');
    expect(await query(String(first?.url), "SELECT to_regclass('orders') IS NOT NULL AS migrated, to_regclass('mine') IS NOT NULL AS mine")).toEqual([{ migrated: true, mine: true }]);
    expect(await query(String(second?.url), "SELECT to_regclass('orders') IS NOT NULL AS migrated, to_regclass('mine') IS NOT NULL AS mine")).toEqual([{ migrated: true, mine: false }]);
  });

  it('is on a server that writes through to the disk', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    expect(await query(database.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('goes away with sessions still on it', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await ended;
    await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
