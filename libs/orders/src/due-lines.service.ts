import { Inject, Injectable } from '@nestjs/common';
import type { AskedBy, OrderClaim } from './claim.js';
import { leaseClock, orderClaim } from './claimed-rows.js';
import { dueLine, type DueLine } from './due-line.js';
import { OrdersDatabase } from './orders.database.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import type { ClaimedRow } from './statements/claim-parts.js';
import { CLAIM_DUE, claimDueValues, type DueClaim } from './statements/claim.statement.js';
import { ADOPT, FIND_DUE, type DueRow } from './statements/due.statement.js';

/** What the scheduler has to do. */
@Injectable()
export class DueLines {
  constructor(
    private readonly database: OrdersDatabase,
    @Inject(ORDERS_OPTIONS) private readonly options: OrdersOptions,
  ) {}

  /**
   * Makes lines due that a replica of an older version has put down without a time for their next attempt, up to a few hundred at a
   * time. While versions do not change there are none.
   */
  async adopt(): Promise<void> {
    await this.database.run(ADOPT, []);
  }

  /**
   * Oldest first, `limit` at most. Never locks, never claims: any number of replicas may ask at once.
   *
   * @param exceptTypes product types that are passed over where they only wait, because their provider must not be called now.
   *   What a holder left is found all the same.
   */
  async find(limit: number, exceptTypes: readonly string[]): Promise<DueLine[]> {
    const rows = await this.database.run<DueRow>(FIND_DUE, [limit, exceptTypes]);
    return rows.map(dueLine);
  }

  /**
   * Claims one line that is due, or whose holder's lease ran out. Never waits.
   *
   * @returns `undefined` when it is not due (any more), held, or claimed by somebody else.
   */
  async claim(lineId: string, askedBy: AskedBy, how: DueClaim): Promise<OrderClaim | undefined> {
    const clock = leaseClock(this.options);
    const rows = await this.database.run<ClaimedRow>(CLAIM_DUE, claimDueValues(lineId, this.options.leaseMs, askedBy, how));
    return orderClaim(rows, clock);
  }
}
