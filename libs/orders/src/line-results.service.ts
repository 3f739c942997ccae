import { Injectable } from '@nestjs/common';
import { dueLine, type DueLine } from './due-line.js';
import { OrdersDatabase } from './orders.database.js';
import { PRODUCT_TYPE_OF_LINE, STORE_RESULT, storeResultValues, type ReportMessage, type ResultRow } from './statements/result.statement.js';
import { FIND_REPORTED, type DueRow } from './statements/due.statement.js';
import type { LineStatus } from './transitions.js';

/** A line of which a result was reported, as it stood then. */
export interface ReportedLine {
  readonly status: LineStatus;
  /** 0: nobody was ever asked to deliver it. */
  readonly attempts: number;
  /** Whether this very message came before. */
  readonly known: boolean;
  /** Whether the result is kept with the line, to be applied. */
  readonly stored: boolean;
}

/** What providers report of lines, kept until a settle applies it. */
@Injectable()
export class LineResults {
  constructor(private readonly database: OrdersDatabase) {}

  /** Null: there is no such line. */
  async productTypeOf(lineId: string): Promise<string | null> {
    const [row] = await this.database.run<{ product_type: string }>(PRODUCT_TYPE_OF_LINE, [lineId]);
    return row?.product_type ?? null;
  }

  /** Lines whose result was kept and never applied, `limit` at most. Never locks, never claims. */
  async findUnapplied(limit: number): Promise<DueLine[]> {
    const rows = await this.database.run<DueRow>(FIND_REPORTED, [limit]);
    return rows.map(dueLine);
  }

  /** Keeps the result, in one commit. `undefined`: there is no such line. */
  async store(lineId: string, message: ReportMessage, actor: string): Promise<ReportedLine | undefined> {
    const [row] = await this.database.run<ResultRow>(STORE_RESULT, storeResultValues(lineId, message, actor));
    return row;
  }
}
