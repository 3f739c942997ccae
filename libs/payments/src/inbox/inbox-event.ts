import type { WebhookSubject } from '../contract/webhook-event.js';

export const INBOX_STATUSES = ['received', 'processed', 'ignored', 'parked'] as const;
/** `received`: due, being worked on, or tried again later. `ignored`: of a kind that is none of ours, or dismissed by an operator. `parked`: it could not be dealt with, and waits for an operator. */
export type InboxStatus = (typeof INBOX_STATUSES)[number];

/** An event of a gateway as it is kept. */
export interface InboxEvent {
  /** Ours; those of a later millisecond are larger. */
  readonly id: string;
  readonly processor: string;
  /** The gateway's. */
  readonly eventId: string;
  readonly type: string;
  readonly subject: WebhookSubject;
  readonly status: InboxStatus;
  /** What came of it, or why not; its first line tells who had it replayed, its last one who dismissed it. */
  readonly detail: string | null;
  /** Since it was received or last replayed. */
  readonly attempts: number;
  /** How often the gateway has sent it. */
  readonly deliveries: number;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
  /** When it is looked at again; while somebody does, the end of his lease. */
  readonly nextAttemptAt: Date | null;
}

export interface InboxRow {
  readonly id: string;
  readonly processor: string;
  readonly event_id: string;
  readonly type: string;
  readonly payment_reference: string | null;
  readonly capture_reference: string | null;
  readonly payment_id: string | null;
  readonly order_number: string | null;
  readonly status: InboxStatus;
  readonly detail: string | null;
  readonly attempts: number;
  readonly deliveries: number;
  readonly received_at: Date;
  readonly processed_at: Date | null;
  readonly next_attempt_at: Date | null;
}

/** The columns of `InboxRow`: all but the body. */
export const INBOX_COLUMNS = `id, processor, event_id, type, payment_reference, capture_reference, payment_id, order_number, status, detail, attempts, deliveries, received_at, processed_at, next_attempt_at`;

export function inboxEvent(row: InboxRow): InboxEvent {
  return {
    id: row.id,
    processor: row.processor,
    eventId: row.event_id,
    type: row.type,
    subject: { reference: row.payment_reference, captureReference: row.capture_reference, paymentId: row.payment_id, orderNumber: row.order_number },
    status: row.status,
    detail: row.detail,
    attempts: row.attempts,
    deliveries: row.deliveries,
    receivedAt: row.received_at,
    processedAt: row.processed_at,
    nextAttemptAt: row.next_attempt_at,
  };
}
