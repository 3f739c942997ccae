import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** One connection for the length of an import: its locks end with it, also when the process is killed. */
export class ImportSession {
  constructor(readonly client: pg.PoolClient) {}

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    // MikroORM's pool has parsers of its own, which leave times as text.
    return (await this.client.query<Row>({ text, values, types: pg.types })).rows;
  }

  /** Whatever is thrown rolls it back. */
  async transaction<Result>(work: () => Promise<Result>, end: 'commit' | 'rollback' = 'commit'): Promise<Result> {
    await this.client.query('begin');
    try {
      const result = await work();
      await this.client.query(end);
      return result;
    } catch (error) {
      // Where the connection is gone there is nothing to roll back, and the first error says more.
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}

/** Opens connections that imports keep for themselves. */
@Injectable()
export class ImportSessions {
  constructor(private readonly em: EntityManager) {}

  async open<Result>(work: (session: ImportSession) => Promise<Result>): Promise<Result> {
    const pool: pg.Pool = await this.em.getConnection().getNativeClient();
    const client = await pool.connect();
    let broken: Error | undefined;
    // A connection that ends between two statements tells nobody else; the next statement fails by it.
    const note = (error: Error): void => void (broken = error);
    client.on('error', note);
    try {
      return await work(new ImportSession(client));
    } finally {
      await client.query('select pg_advisory_unlock_all()').catch((error: Error) => (broken ??= error));
      client.off('error', note);
      client.release(broken);
    }
  }
}
