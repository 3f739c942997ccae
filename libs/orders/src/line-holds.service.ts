import { Injectable } from '@nestjs/common';
import type { AskedBy } from './claim.js';
import { OrdersDatabase, type Statement } from './orders.database.js';
import { LineFinishedError, LineHeldByRefundError, LineHeldError, LineNotFoundError, LineNotHeldError } from './orders.errors.js';
import { HOLD_LINE, RELEASE_LINE, holdValues, type HoldRow } from './statements/hold.statement.js';

/** A line and the order that it must belong to. */
export interface LineOfOrder {
  readonly orderId: string;
  readonly lineId: string;
}

/** Keeps single lines from being delivered, until somebody lets them go. Safe beside any number of claims. */
@Injectable()
export class LineHolds {
  constructor(private readonly database: OrdersDatabase) {}

  /**
   * From now on nobody claims the line to deliver it. Whoever holds a claim on it goes on, and settles.
   *
   * @throws {LineNotFoundError | LineFinishedError | LineHeldError}
   */
  async hold(line: LineOfOrder, askedBy: AskedBy): Promise<void> {
    const { changed, status } = await this.change(HOLD_LINE, line, askedBy);
    if (changed) return;
    if (status === 'fulfilled' || status === 'revoked') throw new LineFinishedError(line.lineId, status);
    throw new LineHeldError([line.lineId]);
  }

  /**
   * Lets a held line go. It is due when it was.
   *
   * @throws {LineNotFoundError | LineNotHeldError | LineHeldByRefundError}
   */
  async release(line: LineOfOrder, askedBy: AskedBy): Promise<void> {
    const { changed, held_for: refundId } = await this.change(RELEASE_LINE, line, askedBy);
    if (refundId !== null) throw new LineHeldByRefundError(line.lineId);
    if (!changed) throw new LineNotHeldError(line.lineId);
  }

  private async change(statement: Statement, line: LineOfOrder, askedBy: AskedBy): Promise<HoldRow> {
    const [row] = await this.database.run<HoldRow>(statement, holdValues(line, askedBy));
    if (!row) throw new LineNotFoundError();
    return row;
  }
}
