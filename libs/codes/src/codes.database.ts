import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** A statement that PostgreSQL prepares once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs statements, inside a transaction of the caller's. */
export interface Runner {
  run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** The prepared statements' way to PostgreSQL: the same pool that MikroORM uses. Each is a commit of its own. */
@Injectable()
export class CodesDatabase implements Runner {
  private pool: Promise<pg.Pool> | undefined;

  constructor(private readonly em: EntityManager) {}

  /** @param beforeIt is called when there is a connection, directly before the statement leaves; when it throws, none leaves. */
  async run<Row extends pg.QueryResultRow>({ name, text }: Statement, values: readonly unknown[], beforeIt?: () => void): Promise<Row[]> {
    const client = await (await this.connectedPool()).connect();
    try {
      beforeIt?.();
      // MikroORM gives its pool parsers of its own; these rows are read with node-postgres's usual ones.
      const { rows } = await client.query<Row>({ name, text, values: [...values], types: pg.types });
      client.release();
      return rows;
    } catch (error) {
      // A connection whose statement timed out may still be busy with it: it is not used again.
      client.release(true);
      throw error;
    }
  }

  private connectedPool(): Promise<pg.Pool> {
    this.pool ??= this.em.getConnection().getNativeClient();
    return this.pool;
  }
}
