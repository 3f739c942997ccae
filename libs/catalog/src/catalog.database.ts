import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** The catalog's statements run on the one pool of the process, MikroORM's. */
@Injectable()
export class CatalogDatabase {
  private pool: Promise<pg.Pool> | undefined;

  constructor(private readonly em: EntityManager) {}

  /** Runs a statement that PostgreSQL prepares once for each connection. */
  async prepared<Row extends pg.QueryResultRow>(statement: { name: string; text: string }, values: unknown[]): Promise<Row[]> {
    const pool = await this.connectedPool();
    // MikroORM gives its pool parsers of its own, which leave times as text; these rows are read with the usual ones.
    const { rows } = await pool.query<Row>({ ...statement, values, types: pg.types });
    return rows;
  }

  /** Runs `work` in a transaction of its own, and ends it as the work's answer says. Whatever is thrown rolls it back. */
  async transaction<Result>(work: (client: pg.PoolClient) => Promise<{ result: Result; end: 'commit' | 'rollback' }>): Promise<Result> {
    const client = await (await this.connectedPool()).connect();
    try {
      await client.query('begin');
      const { result, end } = await work(client);
      await client.query(end);
      client.release();
      return result;
    } catch (error) {
      await rollBack(client);
      throw error;
    }
  }

  private connectedPool(): Promise<pg.Pool> {
    this.pool ??= this.em.getConnection().getNativeClient();
    return this.pool;
  }
}

/** Runs a statement inside a transaction, with the usual parsers. */
export async function queryOn<Row extends pg.QueryResultRow>(client: pg.PoolClient, text: string, values: unknown[]): Promise<Row[]> {
  return (await client.query<Row>({ text, values, types: pg.types })).rows;
}

/** A connection that cannot roll back is thrown away, so that no later work runs in a broken transaction. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}
