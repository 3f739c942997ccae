import { Inject, Injectable } from '@nestjs/common';
import { NotPlaced, placeAlongside, type Alongside } from './alongside.js';
import type { AskedBy, OrderClaim } from './claim.js';
import { leaseClock, orderClaim } from './claimed-rows.js';
import type { NewOrder } from './new-order.js';
import { OrdersDatabase, type Statement } from './orders.database.js';
import { AlreadyOwnedError } from './orders.errors.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import { newClaim } from './placed-claim.js';
import { isSoldOnceViolation } from './sold-once.js';
import { ACCESS_NEEDED_ELSEWHERE, LOCK_ACCESS, type NeededRow } from './statements/access.statement.js';
import {
  CLAIM_DECISION,
  CLAIM_UNFINISHED,
  claimDecisionValues,
  claimUnfinishedValues,
  type ResubmissionTerms,
} from './statements/claim.statement.js';
import type { ClaimedRow } from './statements/claim-parts.js';
import { OWNED } from './statements/owned.statement.js';
import { PLACE, placeValues, type PlacedRow } from './statements/place.statement.js';
import { CLAIM_REVOCATION, claimRevocationValues, type RevocationScope } from './statements/revocation-claim.statement.js';

const AS_SOLD: ResubmissionTerms = { details: null, exceptTypes: [] };

/** A claim to take lines back, and for each line the order, if any, that still needs the access. */
export interface RevocationClaim {
  readonly claim: OrderClaim;
  readonly neededBy: ReadonlyMap<string, string>;
}

/** Places orders and hands out the claims on their lines: at most one living claim for a line, whoever asks. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly database: OrdersDatabase,
    @Inject(ORDERS_OPTIONS) private readonly options: OrdersOptions,
  ) {}

  /**
   * Writes a paid order whose lines are born claimed by the caller, who delivers and settles them next; those that are refused are
   * born waiting. Where all are, the claim has no line, and there is nothing to settle.
   *
   * @param alongside is written in the same transaction: both or neither.
   * @returns `undefined` when nothing was written, because `alongside` said so, the idempotency key is taken (its record then has the answer) or,
   *   where the key has no record, because the learner has or awaits a product that is sold once.
   * @throws {AlreadyOwnedError} he bought it at this very moment by another request.
   */
  async place(order: NewOrder, alongside?: Alongside): Promise<OrderClaim | undefined> {
    const clock = leaseClock(this.options);
    const values = placeValues(order, this.options.leaseMs);
    try {
      const placed = alongside ? await placeAlongside<PlacedRow>(this.database, PLACE, values, alongside) : (await this.database.run<PlacedRow>(PLACE, values))[0];
      return placed && newClaim(order, placed, clock);
    } catch (error) {
      if (error instanceof NotPlaced) return undefined;
      if (isSoldOnceViolation(error)) throw new AlreadyOwnedError();
      throw error;
    }
  }

  /**
   * Claims what is unfinished in an order, due or not: an operator's claim. Never waits.
   *
   * @returns `undefined` when there is nothing to claim: all is finished, held, or claimed by somebody else.
   */
  async claimUnfinished(orderId: string, askedBy: AskedBy, terms: ResubmissionTerms = AS_SOLD): Promise<OrderClaim | undefined> {
    return this.claim(CLAIM_UNFINISHED, claimUnfinishedValues(orderId, this.options.leaseMs, askedBy, terms));
  }

  /** Claims one unfinished line, held or not, for an operator who decides what becomes of it. Never waits. */
  async claimDecision(lineId: string, askedBy: AskedBy): Promise<OrderClaim | undefined> {
    return this.claim(CLAIM_DECISION, claimDecisionValues(lineId, this.options.leaseMs, askedBy));
  }

  /**
   * Claims lines to take them back: all of the scope or none. Never waits for a living claim.
   *
   * @returns `undefined` when the scope is empty or somebody holds one of its lines.
   */
  async claimRevocation(orderId: string, askedBy: AskedBy, scope: RevocationScope): Promise<RevocationClaim | undefined> {
    const clock = leaseClock(this.options);
    return this.database.transaction(async (runner) => {
      await runner.run(LOCK_ACCESS, [orderId]);
      const rows = await runner.run<ClaimedRow>(CLAIM_REVOCATION, claimRevocationValues(orderId, this.options.leaseMs, askedBy, scope));
      const claim = orderClaim(rows, clock);
      if (!claim) return undefined;
      const needed = await runner.run<NeededRow>(ACCESS_NEEDED_ELSEWHERE, [claim.lines.map(({ line }) => line.id)]);
      return { claim, neededBy: new Map(needed.map(({ line_id, needed_by }) => [line_id, needed_by])) };
    });
  }

  /** The number of an order by which the line's learner has or awaits the same product, or `null`. Asked again after access was taken back. */
  async accessNeededBy(lineId: string): Promise<string | null> {
    const [needed] = await this.database.run<NeededRow>(ACCESS_NEEDED_ELSEWHERE, [[lineId]]);
    return needed?.needed_by ?? null;
  }

  /** Whether the learner has or awaits the product. True is a fact; false may have changed by the time it is heard. */
  async owns(username: string, productId: string): Promise<boolean> {
    return (await this.database.run(OWNED, [username, productId])).length > 0;
  }

  private async claim(statement: Statement, values: unknown[]): Promise<OrderClaim | undefined> {
    const clock = leaseClock(this.options);
    return orderClaim(await this.database.run<ClaimedRow>(statement, values), clock);
  }
}
