import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import type { ListedPayment } from '../contract/payment-processor.js';
import { paymentOf, type PaymentRow } from '../ledger/payment.statements.js';
import type { Payment } from '../ledger/payment.js';
import { FIND_CAPTURED, FIND_CUT, FIND_LISTED, FIND_ORDERS, type CapturedRow } from './reconciliation.statements.js';

/** What is held of either side at a time. */
export const BATCH_SIZE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** A span of time at one processor. */
export interface Span {
  readonly processor: string;
  readonly since: Date;
  /** Not within it any more. */
  readonly until: Date;
}

/** Reads our side of a reconciliation. Never locks, and asks nothing that grows with the shop. */
@Injectable()
export class ReconciliationReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** Every payment of ours that one of these may be. */
  async mayBe(processor: string, listed: readonly ListedPayment[]): Promise<Payment[]> {
    const [references, captures, ids] = [listed.map(({ reference }) => reference), present(listed.map(({ captureReference }) => captureReference)), present(listed.map(({ paymentId }) => paymentId))];
    return (await this.database.run<PaymentRow>(FIND_LISTED, [processor, references, captures, ids])).map(paymentOf);
  }

  /** Our payments that were captured in the span, oldest first, a batch at a time. */
  async *captured({ processor, since, until }: Span): AsyncGenerator<Payment[]> {
    let [position, id] = [since.toISOString(), BEFORE_ALL];
    for (;;) {
      const rows = await this.database.run<CapturedRow>(FIND_CAPTURED, [processor, position, id, until, BATCH_SIZE]);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(paymentOf);
      if (rows.length < BATCH_SIZE) return;
      [position, id] = [last.position, last.id];
    }
  }

  /** Where a part of the span ends that holds `most` of our payments, or fewer. */
  async cut({ processor, since, until }: Span, most: number): Promise<Date> {
    const [row] = await this.database.run<{ captured_at: Date }>(FIND_CUT, [processor, since, until, most]);
    // A Date has whole milliseconds; a part that is empty would be cut off for ever.
    return row === undefined ? until : new Date(Math.min(until.getTime(), Math.max(row.captured_at.getTime(), since.getTime() + 1)));
  }

  /** Which of these are numbers of our orders. */
  async ordersAmong(numbers: readonly (string | null)[]): Promise<ReadonlySet<string>> {
    const asked = present(numbers);
    if (asked.length === 0) return new Set();
    return new Set((await this.database.run<{ number: string }>(FIND_ORDERS, [asked])).map(({ number }) => number));
  }
}

function present(values: readonly (string | null)[]): string[] {
  return values.filter((value) => value !== null);
}
