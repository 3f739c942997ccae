import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { OrderHistory, OrdersDatabase, RefundHolds, isDeadlock, type Runner } from '#orders';
import { PaymentBalance } from '#payments';
import { REFUND_LISTENER, type RefundListener } from '../refund.listener.js';
import { RefundBooks } from './refund.books.js';
import { refundOf, type RefundRow } from './refund.row.js';
import { LOCK_REFUND, LOCK_REFUNDS_OF_PAYMENT } from './refund.statements.js';

/** What a transaction is about: all refunds of a payment; or, where no money was taken, one refund, or a new one. */
export interface BooksOf {
  readonly paymentId: string | null;
  readonly refundId?: string;
}

const TRIES = 5;
const WAIT_MS = 20;

/**
 * The one door to what is written of refunds. Locks the payment, then whatever lines are asked for, then refunds; never the order, whose settle locks a
 * line before it. Where no money was taken a refund is locked before its lines: nobody who has a line waits for a refund.
 */
@Injectable()
export class RefundRecord {
  @Optional() @Inject(REFUND_LISTENER) private readonly listener: RefundListener = () => undefined;

  constructor(
    private readonly database: OrdersDatabase,
    private readonly balance: PaymentBalance,
    private readonly holds: RefundHolds,
    private readonly history: OrderHistory,
  ) {}

  /** Runs `work` in one transaction, again where PostgreSQL broke a circle. No gateway and no provider is called inside it. */
  async open<Result>(of: BooksOf, work: (books: RefundBooks) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        const { result, told, processor } = await this.database.transaction((runner) => this.once(runner, of, work));
        for (const event of told) this.listener({ event, processor });
        return result;
      } catch (error) {
        if (!isDeadlock(error) || tries === TRIES) throw error;
      }
      await sleep(WAIT_MS * tries * Math.random());
    }
  }

  private async once<Result>(runner: Runner, { paymentId, refundId }: BooksOf, work: (books: RefundBooks) => Promise<Result>): Promise<{ result: Result; told: readonly string[]; processor: string | null }> {
    const payment = paymentId === null ? null : await this.balance.lock(runner, paymentId);
    const rows = payment ? await runner.run<RefundRow>(LOCK_REFUNDS_OF_PAYMENT, [payment.id]) : refundId === undefined ? [] : await runner.run<RefundRow>(LOCK_REFUND, [refundId]);
    const books = new RefundBooks(runner, payment, rows.map(refundOf), { balance: this.balance, holds: this.holds, history: this.history });
    const result = await work(books);
    await books.close();
    return { result, told: books.told, processor: payment?.processor ?? null };
  }
}
