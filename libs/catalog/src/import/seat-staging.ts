import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import { newSku } from '../sku.js';
import type { Conflict } from './conflicts.js';
import { SEAT, seatDetails, type SeatRow } from './seat-row.js';
import * as statements from './seat-staging.statements.js';

export interface ImportCounts {
  readonly rows: number;
  /** Rows whose SKU is new. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** The rows of one import inside its transaction (see `seat-staging.statements.ts`). */
export class SeatStaging {
  private constructor(private readonly client: pg.PoolClient) {}

  static async open(client: pg.PoolClient): Promise<SeatStaging> {
    await client.query(statements.CREATE);
    return new SeatStaging(client);
  }

  /** Adds rows, in one statement. */
  async add(rows: readonly SeatRow[]): Promise<void> {
    const column = <Value>(pick: (row: SeatRow) => Value): Value[] => rows.map(pick);
    await this.client.query(statements.STAGE, [
      column(({ line }) => line),
      column(() => randomUUIDv7()),
      column(() => newSku()),
      column(({ courseId }) => courseId),
      column(({ mode }) => mode),
      column(({ title }) => title),
      column((row) => JSON.stringify(seatDetails(row))),
      column(({ priceMinor }) => priceMinor),
      column(({ currency }) => currency),
      column(({ availableFrom }) => availableFrom?.toISOString() ?? null),
      column(({ availableUntil }) => availableUntil?.toISOString() ?? null),
      column(({ sku }) => sku),
    ]);
  }

  /**
   * Finds the rows that contradict another row or the catalog, and keeps the catalog from being written to by others until
   * the transaction ends.
   *
   * @param most how many to answer; `total` counts all.
   */
  async conflicts(most: number): Promise<{ conflicts: Conflict[]; total: number }> {
    await this.client.query(statements.ANALYZE_STAGED);
    await this.client.query(statements.LOCK);
    // At least one is asked for: the total comes with the rows.
    const { rows } = await this.client.query<Conflict & { total: number }>(statements.CONFLICTS, [SEAT, Math.max(most, 1)]);
    return { conflicts: rows.slice(0, most), total: rows[0]?.total ?? 0 };
  }

  /** Writes the rows to the catalog. They must be whole and without conflicts. */
  async write(): Promise<ImportCounts> {
    await this.client.query(statements.RESOLVE, [SEAT]);
    await this.client.query(statements.INSERT_PRODUCTS, [SEAT]);
    await this.client.query(statements.UPDATE_PRODUCTS);
    await this.client.query(statements.INSERT_SKUS);
    await this.client.query(statements.UPDATE_SKUS);
    await this.client.query(statements.ANALYZE_CATALOG);
    const { rows } = await this.client.query<ImportCounts>(statements.COUNT);
    return rows[0] ?? { rows: 0, created: 0, updated: 0, unchanged: 0 };
  }
}
