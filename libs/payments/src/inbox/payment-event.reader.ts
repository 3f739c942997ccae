import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { newestFirst, pageOf, type Listed } from '../listing/newest-first.js';
import { INBOX_COLUMNS, inboxEvent, type InboxEvent, type InboxRow, type InboxStatus } from './inbox-event.js';
import { PaymentEventNotFoundError } from './inbox.errors.js';
import { EVENT_FIGURES, READ_EVENT } from './inbox.statements.js';

/** Which events to list. Absent keys do not filter. */
export interface InboxFilter {
  readonly status?: InboxStatus | undefined;
  readonly processor?: string | undefined;
  readonly type?: string | undefined;
  readonly orderNumber?: string | undefined;
}

export interface InboxPage {
  readonly events: readonly InboxEvent[];
  /** The id to go on after; null at the end. */
  readonly nextAfterId: string | null;
}

/** What of the inbox is not done. Seconds are 0 where there is nothing; counts end at 10,000. */
export interface InboxFigures {
  /** Due, being worked on, or to be tried again by themselves. */
  readonly waiting: number;
  /** Wait for an operator. */
  readonly parked: number;
  /** Since it was received. */
  readonly oldestWaitingSeconds: number;
  readonly oldestParkedSeconds: number;
  /** For how long one could have been looked at, and was not. */
  readonly oldestDueSeconds: number;
}

/** An event with its body, as it came; empty where that was too long ago. It may tell of the buyer: for staff alone. */
export interface InboxEventWithBody extends InboxEvent {
  readonly body: string;
}

const LISTED_EVENTS: Listed<InboxFilter> = {
  name: 'payment_events.list',
  table: 'payment_event',
  columns: INBOX_COLUMNS,
  conditions: [
    { key: 'status', sql: 'status = ?' },
    { key: 'processor', sql: 'processor = ?' },
    { key: 'type', sql: 'type = ?' },
    { key: 'orderNumber', sql: 'order_number = ?' },
  ],
};

/** Reads the inbox. Never locks, never writes. */
@Injectable()
export class PaymentEventReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** Newest first, `limit` at most, after the event `afterId`. */
  async list(filter: InboxFilter, limit: number, afterId: string | null): Promise<InboxPage> {
    const { statement, values } = newestFirst(LISTED_EVENTS, { filter, limit, afterId });
    const { rows, nextAfterId } = pageOf(await this.database.run<InboxRow>(statement, values), limit);
    return { events: rows.map(inboxEvent), nextAfterId };
  }

  /** @throws {PaymentEventNotFoundError} */
  async byId(id: string): Promise<InboxEventWithBody> {
    const [row] = await this.database.run<InboxRow & { readonly body: string }>(READ_EVENT, [id]);
    if (!row) throw new PaymentEventNotFoundError();
    return { ...inboxEvent(row), body: row.body };
  }

  async figures(): Promise<InboxFigures> {
    const [row] = await this.database.run<{ waiting: number; parked: number; oldest_waiting_seconds: number; oldest_parked_seconds: number; oldest_due_seconds: number }>(EVENT_FIGURES, []);
    if (!row) throw new Error('A count has a row.');
    return { waiting: row.waiting, parked: row.parked, oldestWaitingSeconds: row.oldest_waiting_seconds, oldestParkedSeconds: row.oldest_parked_seconds, oldestDueSeconds: row.oldest_due_seconds };
  }
}
