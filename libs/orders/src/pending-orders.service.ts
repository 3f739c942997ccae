import { Injectable } from '@nestjs/common';
import { NotPlaced, placeAlongside, type Alongside } from './alongside.js';
import type { NewPendingOrder } from './new-order.js';
import type { OrderSnapshot } from './order.snapshot.js';
import { OrdersDatabase, type Runner } from './orders.database.js';
import { AlreadyOwnedError } from './orders.errors.js';
import { isSoldOnceViolation } from './sold-once.js';
import { BLOCKING, type BlockingRow } from './statements/owned.statement.js';
import { AWAIT_PAYMENT, CLAIM_EXPIRY, EXPIRE, FAIL_PAYMENT, FIND_EXPIRED, PAY, PLACE_PENDING, placePendingValues, stepValues, type PendingRow, type StepRow } from './statements/pending-order.statement.js';
import { LOCK_ORDER } from './statements/settle.statement.js';
import type { OrderStatus } from './transitions.js';

/** Who moves an unpaid order, for its history. */
export interface Mover {
  readonly actor: string;
  readonly reason: string | null;
}

/** The payment that pays for an order. */
export interface OrderPayment {
  readonly processor: string;
  readonly reference: string | null;
}

/** An order whose time is over. */
export interface ExpiredOrder {
  readonly orderId: string;
  readonly dueAt: Date;
}

/** Orders that wait for their money: written before anybody pays, opened once. */
@Injectable()
export class PendingOrders {
  constructor(private readonly database: OrdersDatabase) {}

  /**
   * Writes an order that waits for its money.
   *
   * @returns `undefined` when nothing was written: the key is taken, or the learner has or awaits a product that is sold once.
   * @throws {AlreadyOwnedError} he bought it at this very moment by another request.
   */
  async place(order: NewPendingOrder, alongside: Alongside): Promise<OrderSnapshot | undefined> {
    try {
      return pendingSnapshot(order, await placeAlongside<PendingRow>(this.database, PLACE_PENDING, placePendingValues(order), alongside));
    } catch (error) {
      if (error instanceof NotPlaced) return undefined;
      if (isSoldOnceViolation(error)) throw new AlreadyOwnedError();
      throw error;
    }
  }

  /** Locks the order until the transaction ends: whoever opens or ends an unpaid order does so before anything else. @returns its status. */
  async lock(runner: Runner, orderId: string): Promise<OrderStatus | undefined> {
    const [order] = await runner.run<{ status: OrderStatus }>(LOCK_ORDER, [orderId]);
    return order?.status;
  }

  /**
   * The money is there: the order is opened, and its lines are due.
   *
   * @returns false when it is open already, or was.
   * @throws {AlreadyOwnedError} he has bought one of its products by another order since it expired. The transaction is lost.
   */
  async pay(runner: Runner, orderId: string, { processor, reference }: OrderPayment, mover: Mover): Promise<boolean> {
    try {
      return (await runner.run<StepRow>(PAY, [...stepValues(orderId, 'pay', mover), processor, reference])).length > 0;
    } catch (error) {
      if (isSoldOnceViolation(error)) throw new AlreadyOwnedError();
      throw error;
    }
  }

  /** Ends an order that nobody paid for, in a transaction of its own. @returns false when it was paid for, or had expired. */
  expire(orderId: string, mover: Mover): Promise<boolean> {
    return this.database.transaction(async (runner) => {
      await this.lock(runner, orderId);
      return (await runner.run<StepRow>(EXPIRE, stepValues(orderId, 'expire', mover))).length > 0;
    });
  }

  /** Its payment can never be made. It goes on waiting for another one. @returns false when it was not waiting for this one. */
  async failPayment(runner: Runner, orderId: string, mover: Mover): Promise<boolean> {
    return (await runner.run<StepRow>(FAIL_PAYMENT, stepValues(orderId, 'failPayment', mover))).length > 0;
  }

  /** Another payment was written for it, in the same transaction: it waits for that one. @returns false when its former one had not failed. */
  async awaitPayment(runner: Runner, orderId: string, mover: Mover): Promise<boolean> {
    return (await runner.run<StepRow>(AWAIT_PAYMENT, stepValues(orderId, 'awaitPayment', mover))).length > 0;
  }

  /** The number of the unpaid order by which the learner awaits one of these products; null where he has one of them, or none. */
  async awaiting(username: string, productIds: readonly string[]): Promise<string | null> {
    const [blocking] = await this.database.run<BlockingRow>(BLOCKING, [username, productIds]);
    return blocking?.payment === 'awaited' ? blocking.number : null;
  }

  /** Those whose time is over, the longest waiting first. Never locks. */
  async findExpired(limit: number): Promise<ExpiredOrder[]> {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_EXPIRED, [limit]);
    return rows.map(({ id, due_at }) => ({ orderId: id, dueAt: due_at }));
  }

  /**
   * Takes an order whose time is over, for `leaseMs`, or longer the longer ago that was: it is looked at ever more rarely by whoever cannot end it. Never waits.
   *
   * @returns for how long its time has been over, in milliseconds; `undefined` when somebody else has it, or it is not due.
   */
  async claimExpired(orderId: string, leaseMs: number): Promise<{ readonly overdueMs: number } | undefined> {
    const [row] = await this.database.run<{ overdue_ms: number }>(CLAIM_EXPIRY, [orderId, leaseMs]);
    return row && { overdueMs: row.overdue_ms };
  }
}

/** What the database holds now, without reading it back. */
function pendingSnapshot(order: NewPendingOrder, { number, placed_at: placedAt, expires_at: expiresAt }: PendingRow): OrderSnapshot {
  const { id, currency, totalMinor, learner, processor, lines } = order;
  return {
    id,
    number,
    status: 'pending',
    currency,
    totalMinor,
    placedAt,
    expiresAt,
    learner: { username: learner.username, email: learner.email },
    payment: { processor, reference: null, status: 'pending' },
    lines: lines.map(({ id: lineId, sku, productType, title, quantity, unitPriceMinor }) => ({
      id: lineId, sku, productType, title, quantity, unitPriceMinor, status: 'open', attempts: 0, failure: null, nextAttemptAt: null, receipt: null, acceptedUntil: null,
    })),
  };
}
