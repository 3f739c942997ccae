import { Injectable } from '@nestjs/common';
import type { AskedBy } from './claim.js';
import { OrdersDatabase } from './orders.database.js';
import { AlreadyOwnedError, LearnerFixedError, OrderNotFoundError } from './orders.errors.js';
import { isSoldOnceViolation } from './sold-once.js';
import { CORRECT_LEARNER, LEARNER_OF_ORDER, LOCK_FREE_LINES, type CorrectableRow, type LearnerRow } from './statements/learner.statement.js';
import { LOCK_ORDER } from './statements/settle.statement.js';

/** Who an order should have been for. Without an e-mail address he keeps the one that the order has, if it is the same learner. */
export interface CorrectedLearner {
  readonly username: string;
  readonly email?: string | undefined;
}

const BEING_DELIVERED = 'it is being worked on just now.';

/** Gives an order to the right learner, before anything of it can have reached the wrong one. */
@Injectable()
export class LearnerCorrection {
  constructor(private readonly database: OrdersDatabase) {}

  /**
   * Changes nothing when the learner is the right one already.
   *
   * A commit of its own: lines that wait are delivered to the new learner from then on, whoever claims them. Claims find a
   * line only under its order's learner, so that one which began earlier does not deliver to the old one. A claim that is
   * taken at this very moment may still go out with the old e-mail address where only that is corrected.
   *
   * @throws {LearnerFixedError} a line was delivered, may have been, or is being delivered; says which.
   * @throws {AlreadyOwnedError} the new learner has or awaits one of the products.
   */
  async correct(orderId: string, { username, email }: CorrectedLearner, { actor, reason }: AskedBy): Promise<void> {
    try {
      await this.database.transaction(async (runner) => {
        await runner.run(LOCK_ORDER, [orderId]);
        const lines = await runner.run<CorrectableRow>(LOCK_FREE_LINES, [orderId]);
        const [order] = await runner.run<LearnerRow>(LEARNER_OF_ORDER, [orderId]);
        if (!order) throw new OrderNotFoundError();
        const kept = order.username === username ? order.email : null;
        if (order.username === username && order.email === (email ?? kept)) return;
        assertCorrectable(order, lines);
        await runner.run(CORRECT_LEARNER, [orderId, username, email ?? kept, actor, reason]);
      });
    } catch (error) {
      if (isSoldOnceViolation(error)) throw new AlreadyOwnedError();
      throw error;
    }
  }
}

function assertCorrectable(order: LearnerRow, lines: readonly CorrectableRow[]): void {
  if (lines.length < order.line_count) throw new LearnerFixedError(BEING_DELIVERED);
  for (const { id, status, claimed, may_have_arrived: mayHaveArrived } of lines) {
    if (claimed) throw new LearnerFixedError(BEING_DELIVERED);
    if (status !== 'open' && status !== 'failed') throw new LearnerFixedError(`line ${id} is ${status}.`);
    if (mayHaveArrived) throw new LearnerFixedError(`line ${id} may have arrived.`);
  }
  if (order.attempted) throw new LearnerFixedError('nobody knows what came of one of its attempts.');
}
