import { Injectable } from '@nestjs/common';
import { OrdersDatabase, type Statement } from '#orders';
import type { ParkedAction, Payment, PaymentStatus } from '../ledger/payment.js';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from '../ledger/payment.statements.js';

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

const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Each filter's condition; `?` is its value. Those that hold for few payments each have an index. */
const CONDITIONS: readonly { readonly key: keyof PaymentFilter; readonly sql: string }[] = [
  { key: 'parked', sql: 'parked_action = ?' },
  { key: 'processor', sql: 'processor = ?' },
  { key: 'status', sql: 'status = ?' },
  { key: 'owed', sql: '?::boolean and owed and owed_settled_at is null and refunded_minor < captured_minor' },
  { key: 'failing', sql: '?::boolean and failure_kind is not null and next_check_at is not null' },
  { key: 'orderNumber', sql: 'order_id = (select id from orders where number = ?)' },
];

/** Reads payments. Never locks, never writes. */
@Injectable()
export class PaymentReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** Newest first, `limit` at most, after the payment `afterId`. */
  async list(filter: PaymentFilter, limit: number, afterId: string | null): Promise<PaymentPage> {
    const { statement, values } = paymentListing(filter);
    const rows = await this.database.run<PaymentRow>(statement, [limit + 1, afterId ?? AFTER_ALL_IDS, ...values]);
    const payments = rows.slice(0, limit).map(paymentOf);
    return { payments, nextAfterId: rows.length > limit ? (payments.at(-1)?.id ?? null) : null };
  }
}

/** Only what is asked for stands in the statement, so that each combination is planned for what it is. `$1` rows after `$2`. */
export function paymentListing(filter: PaymentFilter): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const asked = CONDITIONS.filter(({ key }) => filter[key] !== undefined);
  const conditions = asked.map(({ sql }, index) => ` and ${sql.replace('?', `$${index + 3}`)}`).join('');
  const name = ['payments.list', ...asked.map(({ key }) => key)].join('.');
  return { statement: { name, text: `select ${PAYMENT_COLUMNS} from payment where id < $2${conditions} order by id desc limit $1` }, values: asked.map(({ key }) => filter[key]) };
}
