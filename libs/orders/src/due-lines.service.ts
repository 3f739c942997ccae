import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from './orders.database.js';
import { FIND_DUE, type DueRow } from './statements/due.statement.js';

/** A line that is due, or whose holder's lease ran out. */
export interface DueLine {
  readonly lineId: string;
  readonly productType: string;
  readonly dueAt: Date;
  /** A holder was lost with it: to be delivered by a process that does nothing else meanwhile. */
  readonly alone: boolean;
}

/** Finds what the scheduler has to do. Never locks, never claims: any number of replicas may ask at once. */
@Injectable()
export class DueLines {
  constructor(private readonly database: OrdersDatabase) {}

  /**
   * Oldest first, `limit` at most.
   *
   * @param exceptTypes product types that are passed over where they only wait, because their provider must not be called now.
   *   What a holder left is found all the same.
   */
  async find(limit: number, exceptTypes: readonly string[]): Promise<DueLine[]> {
    const rows = await this.database.run<DueRow>(FIND_DUE, [limit, exceptTypes]);
    return rows.map(({ id, product_type: productType, due_at: dueAt, alone }) => ({ lineId: id, productType, dueAt, alone }));
  }
}
