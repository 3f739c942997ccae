import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from './orders.database.js';
import { BACKLOG, type BacklogRow } from './statements/backlog.statement.js';

/** The lines of paid orders that are not delivered, counted. */
export interface BacklogFacts {
  /** Age since payment of the oldest line that nobody has given up; 0 when there is none. */
  readonly oldestUnfulfilledPaidSeconds: number;
  readonly due: number;
  readonly waiting: number;
  readonly failed: number;
  readonly held: number;
  readonly lapsedLeases: number;
  /** With a provider that has accepted them for later. */
  readonly accepted: number;
  /** Of these, with it for longer than it was to be. */
  readonly overdue: number;
}

/** Counts what is not delivered, from indexes that hold nothing else. */
@Injectable()
export class Backlog {
  constructor(private readonly database: OrdersDatabase) {}

  async facts(): Promise<BacklogFacts> {
    const [row] = await this.database.run<BacklogRow>(BACKLOG, []);
    if (!row) throw new Error('The backlog statement gives one row.');
    const { oldest_seconds: oldestUnfulfilledPaidSeconds, lapsed_leases: lapsedLeases, due, waiting, failed, held, accepted, overdue } = row;
    return { oldestUnfulfilledPaidSeconds, due, waiting, failed, held, lapsedLeases, accepted, overdue };
  }
}
