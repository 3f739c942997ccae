import type { EntityManager } from '@mikro-orm/postgresql';

/** What the database's clock says: the one by which leases and due times are judged. */
export async function databaseTime(em: EntityManager): Promise<Date> {
  const [row] = await em.fork().execute<{ now_ms: number }[]>('select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms');
  if (!row) throw new Error('The database tells no time.');
  return new Date(row.now_ms);
}
