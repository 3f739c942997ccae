import { Injectable } from '@nestjs/common';
import { OrdersDatabase, type Statement } from '#orders';
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

const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const FILTERS = [['status', 'status'], ['processor', 'processor'], ['type', 'type'], ['orderNumber', 'order_number']] as const satisfies readonly (readonly [keyof InboxFilter, string])[];

/** Reads the inbox. Never locks, never writes. */
@Injectable()
export class PaymentEventReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** Newest first, `limit` at most, after the event `afterId`. */
  async list(filter: InboxFilter, limit: number, afterId: string | null): Promise<InboxPage> {
    const { statement, values } = listing(filter);
    const rows = await this.database.run<InboxRow>(statement, [limit + 1, afterId ?? AFTER_ALL_IDS, ...values]);
    const events = rows.slice(0, limit).map(inboxEvent);
    return { events, nextAfterId: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
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

/** Only what is asked for stands in the statement, so that each combination is planned for what it is. */
function listing(filter: InboxFilter): { readonly statement: Statement; readonly values: readonly string[] } {
  const asked = FILTERS.flatMap(([key, column]) => (filter[key] === undefined ? [] : [{ column, value: filter[key] }]));
  const conditions = asked.map(({ column }, index) => ` and ${column} = $${index + 3}`).join('');
  const name = ['payment_events.list', ...asked.map(({ column }) => column)].join('.');
  return { statement: { name, text: `select ${INBOX_COLUMNS} from payment_event where id < $2${conditions} order by id desc limit $1` }, values: asked.map(({ value }) => value) };
}
