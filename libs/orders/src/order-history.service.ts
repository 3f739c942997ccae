import { Injectable } from '@nestjs/common';
import type { Runner, Statement } from './orders.database.js';

/** Something that happened to an order and changed neither its status nor a line's: money that moved, or was to. */
export interface OrderOccurrence {
  readonly orderId: string;
  readonly actor: string;
  /** In camel case, as `requestRefund`. */
  readonly event: string;
  /** For operators. */
  readonly reason: string | null;
  /** What changed, for operators: `{ "<field>": { "from": …, "to": … } }`. */
  readonly change?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

const APPEND: Statement = {
  name: 'orders.append_history',
  text: `insert into order_history (order_id, at, actor, event, from_status, to_status, reason, change) select id, now(), $2, $3, status, status, $4, $5::jsonb from orders where id = $1`,
};

/** The order's own log, for libs that own something of an order. */
@Injectable()
export class OrderHistory {
  /** Writes it in the caller's transaction: what happened and its entry are one commit. */
  async append(runner: Runner, { orderId, actor, event, reason, change }: OrderOccurrence): Promise<void> {
    await runner.run(APPEND, [orderId, actor, event, reason, change ? JSON.stringify(change) : null]);
  }
}
