import { Injectable } from '@nestjs/common';
import type { FailureKind } from './failure.js';
import { OrdersDatabase } from './orders.database.js';
import { boardStatement, inDeliveryStatement, type AgeBucket, type BoardFilter, type BoardRow } from './statements/failure-board.statement.js';
import { unnamed } from './statements/unnamed.js';

const MAX_GROUPS = 500;

/** Unfinished lines of paid orders: each waits or failed; held and given-up ones are among both. */
export interface UnfinishedCounts {
  readonly count: number;
  readonly waiting: number;
  readonly failed: number;
  readonly held: number;
  readonly givenUp: number;
  readonly oldestPaidAt: Date | null;
}

export interface FailureGroup extends UnfinishedCounts {
  /** Null: not tried yet. */
  readonly failureKind: FailureKind | null;
  readonly productType: string;
  /** Null: a product without a course. */
  readonly courseId: string | null;
  /** Since it was paid. */
  readonly age: AgeBucket;
}

export interface FailureBoardView {
  /** Those with most lines first, 500 at most. */
  readonly groups: readonly FailureGroup[];
  readonly moreGroups: boolean;
  /** Over all groups, also those that are not shown. */
  readonly totals: UnfinishedCounts;
  /** Lines that somebody works on just now. They are in no group. */
  readonly inDelivery: number;
}

/** What is unfinished, counted by its causes. Never locks, never writes. */
@Injectable()
export class FailureBoard {
  constructor(private readonly database: OrdersDatabase) {}

  async view(filter: BoardFilter): Promise<FailureBoardView> {
    const board = boardStatement(filter, MAX_GROUPS + 1);
    const busy = inDeliveryStatement(filter);
    const [rows, [inDelivery]] = await Promise.all([
      this.database.run<BoardRow>(unnamed(board.sql), board.values),
      this.database.run<{ lines: number }>(unnamed(busy.sql), busy.values),
    ]);
    const [total, ...groups] = rows;
    if (!total) throw new Error('The count of what is unfinished has no total.');
    return { groups: groups.slice(0, MAX_GROUPS).map(group), moreGroups: groups.length > MAX_GROUPS, totals: counts(total), inDelivery: inDelivery?.lines ?? 0 };
  }
}

function group(row: BoardRow): FailureGroup {
  return { failureKind: row.failure_kind, productType: row.product_type, courseId: row.course_id, age: row.age, ...counts(row) };
}

function counts({ lines, waiting, failed, held, given_up: givenUp, oldest_paid_at: oldestPaidAt }: BoardRow): UnfinishedCounts {
  return { count: lines, waiting, failed, held, givenUp, oldestPaidAt };
}
