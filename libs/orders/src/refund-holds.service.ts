import { Injectable } from '@nestjs/common';
import type { Runner } from './orders.database.js';
import type { Mover } from './pending-orders.service.js';
import { HOLD_FOR_REFUND, RELEASE_FROM_REFUND, type RefundHoldRow } from './statements/refund-hold.statement.js';
import type { LineStatus } from './transitions.js';

/** A line as it stands when a refund takes hold of it. */
export interface HeldLine {
  readonly lineId: string;
  readonly status: LineStatus;
  /** An operator held it before. */
  readonly wasHeld: boolean;
  /** A call may have delivered it, and nobody has found out. */
  readonly mayHaveArrived: boolean;
}

/** Keeps what is to be taken back from being delivered, in the commit that records the refund. */
@Injectable()
export class RefundHolds {
  /**
   * From this commit on nobody claims the lines to deliver them. Whoever holds a claim on one goes on, and settles.
   *
   * @returns the lines of the order among those named that are paid for, locked until the transaction ends; those that are fulfilled or revoked are not held.
   */
  async hold(runner: Runner, { orderId, lineIds, refundId }: { readonly orderId: string; readonly lineIds: readonly string[]; readonly refundId: string }, { actor, reason }: Mover): Promise<HeldLine[]> {
    const rows = await runner.run<RefundHoldRow>(HOLD_FOR_REFUND, [orderId, lineIds, refundId, actor, reason]);
    return rows.map(({ id, status, was_held, may_have_arrived }) => ({ lineId: id, status, wasHeld: was_held, mayHaveArrived: may_have_arrived }));
  }

  /** Lets the refund's lines go; `staying` are those that an operator had held before. */
  async release(runner: Runner, { orderId, refundId, staying }: { readonly orderId: string; readonly refundId: string; readonly staying: readonly string[] }, { actor, reason }: Mover): Promise<void> {
    await runner.run(RELEASE_FROM_REFUND, [refundId, staying, actor, reason, orderId]);
  }
}
