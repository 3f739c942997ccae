import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** Plain statements on the pool that MikroORM uses. Each is a commit of its own. */
@Injectable()
export class LimitsDatabase {
  private pool: Promise<pg.Pool> | undefined;

  constructor(private readonly em: EntityManager) {}

  async run<Row extends pg.QueryResultRow>({ name, text }: { name: string; text: string }, values: readonly unknown[] = []): Promise<Row[]> {
    this.pool ??= this.em.getConnection().getNativeClient();
    // MikroORM gives its pool parsers of its own; these rows are read with node-postgres's usual ones.
    const { rows } = await (await this.pool).query<Row>({ name, text, values: [...values], types: pg.types });
    return rows;
  }
}
