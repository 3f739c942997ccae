import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** A statement that PostgreSQL prepares once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs statements, on the pool or inside one transaction. */
export interface Runner {
  run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** The prepared statements' way to PostgreSQL: the same pool that MikroORM uses, so a process has one number of connections. */
@Injectable()
export class OrdersDatabase implements Runner {
  private pool: Promise<pg.Pool> | undefined;

  constructor(private readonly em: EntityManager) {}

  async run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return runOn<Row>(await this.connectedPool(), statement, values);
  }

  /** Runs `work` in one transaction. Never call another system inside it. */
  async transaction<Result>(work: (runner: Runner) => Promise<Result>): Promise<Result> {
    const client = await (await this.connectedPool()).connect();
    try {
      await client.query('begin');
      const result = await work({ run: (statement, values) => runOn(client, statement, values) });
      await client.query('commit');
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

async function runOn<Row extends pg.QueryResultRow>(client: pg.Pool | pg.PoolClient, { name, text }: Statement, values: readonly unknown[]): Promise<Row[]> {
  // MikroORM gives its pool parsers of its own; these rows are read with node-postgres's usual ones.
  const { rows } = await client.query<Row>({ name, text, values: [...values], types: pg.types });
  return rows;
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
