import { Inject, Injectable } from '@nestjs/common';
import type { AskedBy, OrderClaim } from './claim.js';
import { leaseClock, orderClaim } from './claimed-rows.js';
import { dueLine, type DueLine } from './due-line.js';
import { OrdersDatabase } from './orders.database.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import type { ClaimedRow } from './statements/claim-parts.js';
import { CLAIM_ACCEPTED, claimAcceptedValues, type AcceptedClaim } from './statements/claim.statement.js';
import { FIND_ACCEPTED, type DueRow } from './statements/due.statement.js';

/** The lines that providers have accepted for later, and that are to be looked at. */
@Injectable()
export class AcceptedLines {
  constructor(
    private readonly database: OrdersDatabase,
    @Inject(ORDERS_OPTIONS) private readonly options: OrdersOptions,
  ) {}

  /**
   * Oldest first, `limit` at most. Never locks, never claims.
   *
   * @param exceptTypes product types whose provider must not be called now: found only when their time is over.
   */
  async find(limit: number, exceptTypes: readonly string[]): Promise<DueLine[]> {
    const rows = await this.database.run<DueRow>(FIND_ACCEPTED, [limit, exceptTypes]);
    return rows.map(dueLine);
  }

  /**
   * Claims one of them to look at it: it stays `accepted` meanwhile. Never waits.
   *
   * @returns `undefined` when it is not due (any more), or claimed by somebody else.
   */
  async claim(lineId: string, askedBy: AskedBy, how: AcceptedClaim): Promise<OrderClaim | undefined> {
    const clock = leaseClock(this.options);
    return orderClaim(await this.database.run<ClaimedRow>(CLAIM_ACCEPTED, claimAcceptedValues(lineId, this.options.leaseMs, askedBy, how)), clock);
  }
}
