import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from './orders.database.js';
import { lineOf, operation } from './resubmission-rows.js';
import type { ResubmissionLine, ResubmissionOperation, ResubmissionProgress } from './resubmission.js';
import { ResubmissionNotFoundError } from './resubmission.errors.js';
import {
  FIND_OPERATION,
  LINE_RESULTS,
  LIST_OPERATIONS,
  OPERATION_LINES,
  PROGRESS,
  type LineResult,
  type LineResultRow,
  type OperationRow,
  type ProgressRow,
} from './statements/resubmission.statement.js';

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';
const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const CHUNK_SIZE = 1_000;

/** A page of something, and the id to go on after: `null` at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextAfterId: string | null;
}

/** Which page of an operation's lines. */
export interface LinePageQuery {
  readonly limit: number;
  readonly afterId?: string | null;
  readonly result?: LineResult | undefined;
}

/** Reads resubmissions and what came of them. Never locks, never writes. */
@Injectable()
export class ResubmissionReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** @throws {ResubmissionNotFoundError} */
  async byId(id: string): Promise<ResubmissionOperation> {
    const [row] = await this.database.run<OperationRow>(FIND_OPERATION, [id]);
    if (!row) throw new ResubmissionNotFoundError();
    return operation(row);
  }

  /** Newest first, `limit` at most, after the operation `afterId`. */
  async list(limit: number, afterId: string | null): Promise<Page<ResubmissionOperation>> {
    const rows = await this.database.run<OperationRow>(LIST_OPERATIONS, [limit + 1, afterId ?? AFTER_ALL_IDS]);
    return page(rows.map(operation), limit, ({ id }) => id);
  }

  /** Looks at every line that has had its turn: some seconds for a million. */
  async progress(id: string): Promise<ResubmissionProgress> {
    const rows = await this.database.run<ProgressRow>(PROGRESS, [id]);
    const count = (result: LineResult): number => rows.find((row) => row.result === result)?.lines ?? 0;
    return Object.fromEntries(LINE_RESULTS.map((result) => [result, count(result)])) as Record<LineResult, number>;
  }

  /** In the order of the lines' ids, `limit` at most. */
  async lines(id: string, { limit, afterId, result }: LinePageQuery): Promise<Page<ResubmissionLine>> {
    const rows = await this.database.run<LineResultRow>(OPERATION_LINES, [id, limit + 1, afterId ?? BEFORE_ALL_IDS, result ?? null]);
    return page(rows.map(lineOf), limit, ({ lineId }) => lineId);
  }

  /** All lines, read in pages as they are asked for: never more than one of them in memory. */
  async *allLines(id: string): AsyncGenerator<readonly ResubmissionLine[]> {
    let afterId: string | null = null;
    do {
      const { items, nextAfterId }: Page<ResubmissionLine> = await this.lines(id, { limit: CHUNK_SIZE, afterId });
      yield items;
      afterId = nextAfterId;
    } while (afterId !== null);
  }
}

/** Asked for one more than a page holds: whether there is more. */
function page<Item>(found: readonly Item[], limit: number, idOf: (item: Item) => string): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextAfterId: found.length > limit && last ? idOf(last) : null };
}
