import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import type { ParkedAction, Payment, PaymentStatus } from '../ledger/payment.js';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from '../ledger/payment.statements.js';
import { newestFirst, pageOf, type Listed } from '../listing/newest-first.js';

/** Which payments to list. Absent keys do not filter. */
export interface PaymentFilter {
  readonly parked?: ParkedAction | undefined;
  readonly processor?: string | undefined;
  readonly status?: PaymentStatus | undefined;
  /** Those that somebody owes still: what was given back in full is owed no more. */
  readonly owed?: true | undefined;
  /** Those that their gateways could not be asked about the last time, and that are tried again by themselves. */
  readonly failing?: true | undefined;
  readonly orderNumber?: string | undefined;
}

export interface PaymentPage {
  readonly payments: readonly Payment[];
  /** The id to go on after; null at the end. */
  readonly nextAfterId: string | null;
}

/** Filters that hold for few payments each have an index. */
export const LISTED_PAYMENTS: Listed<PaymentFilter> = {
  name: 'payments.list',
  table: 'payment',
  columns: PAYMENT_COLUMNS,
  conditions: [
    { key: 'parked', sql: 'parked_action = ?' },
    { key: 'processor', sql: 'processor = ?' },
    { key: 'status', sql: 'status = ?' },
    { key: 'owed', sql: '?::boolean and owed and owed_settled_at is null and refunded_minor < captured_minor' },
    { key: 'failing', sql: '?::boolean and failure_kind is not null and next_check_at is not null' },
    { key: 'orderNumber', sql: 'order_id = (select id from orders where number = ?)' },
  ],
};

/** Reads payments. Never locks, never writes. */
@Injectable()
export class PaymentReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** Newest first, `limit` at most, after the payment `afterId`. */
  async list(filter: PaymentFilter, limit: number, afterId: string | null): Promise<PaymentPage> {
    const { statement, values } = newestFirst(LISTED_PAYMENTS, { filter, limit, afterId });
    const { rows, nextAfterId } = pageOf(await this.database.run<PaymentRow>(statement, values), limit);
    return { payments: rows.map(paymentOf), nextAfterId };
  }
}
