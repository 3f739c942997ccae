import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { OrdersDatabase, isDatabaseAway } from '#orders';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { isUuid } from '../gateway-calls/our-marks.js';
import { ForeignPaymentError } from '../ledger/payment.errors.js';
import { paymentOf, type PaymentRow } from '../ledger/payment.statements.js';
import { PaymentSync } from '../ledger/payment-sync.service.js';
import type { Payment } from '../ledger/payment.js';
import { PAYMENTS_OPTIONS, type PaymentsOptions } from '../payments.options.js';
import { again, contradiction, done, ignored, parked, stranger, type EventOutcome } from './event-outcome.js';
import { awayRetryMs, unknownRetryMs } from './event-patience.js';
import { inboxEvent, type InboxEvent, type InboxRow } from './inbox-event.js';
import { CLAIM_EVENT, FIND_EVENTS, FIND_EVENT_PAYMENT, SETTLE_EVENT } from './inbox.statements.js';
import { storableDetail } from './storable.js';

/** The name of this source of work: wake-ups are addressed to it. */
export const PAYMENT_EVENTS = 'payment-events';

/**
 * The inbox, worked off: each event has its payment read back, and what it says itself is not believed. So events may come in any order, twice, and
 * long after what they tell of.
 */
@Injectable()
export class PaymentEvents {
  readonly name = PAYMENT_EVENTS;
  private readonly logger = new Logger(PaymentEvents.name);

  constructor(
    private readonly database: OrdersDatabase,
    private readonly sync: PaymentSync,
    @Inject(PAYMENTS_OPTIONS) private readonly options: PaymentsOptions,
  ) {}

  async findDue(limit: number) {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_EVENTS, [limit]);
    return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt, alone: false }));
  }

  async perform({ id }: { readonly id: string }): Promise<void> {
    const claimId = randomUUID();
    const [row] = await this.database.run<InboxRow>(CLAIM_EVENT, [id, claimId, this.options.leaseMs]);
    if (!row) return;
    const event = inboxEvent(row);
    const { status, detail, inMs } = await this.outcome(event);
    const settled = await this.database.run(SETTLE_EVENT, [id, claimId, status, storableDetail(detail), inMs]);
    if (settled.length === 0) this.logger.warn(`Event ${event.eventId} of ${event.processor}: its lease ran out, or it was replayed, before it was settled. Whoever has it now goes on.`);
    else if (status === 'parked') this.logger.warn(`Event ${event.eventId} of ${event.processor} is parked: ${detail}`);
  }

  private async outcome(event: InboxEvent): Promise<EventOutcome> {
    const { reference, captureReference, paymentId } = event.subject;
    if (reference === null && captureReference === null && paymentId === null) return event.subject.orderNumber === null ? ignored() : stranger(event);
    const payment = await this.paymentOf(event);
    if (!payment) return again(unknownRetryMs(event.attempts), 'No payment of ours is known by it so far.') ?? stranger(event);
    const wrong = contradiction(event.subject, payment);
    return wrong === null ? this.readBack(event, payment) : parked(wrong);
  }

  private async paymentOf({ processor, subject }: InboxEvent): Promise<Payment | null> {
    const { paymentId, reference, captureReference } = subject;
    const [row] = await this.database.run<PaymentRow>(FIND_EVENT_PAYMENT, [processor, isUuid(paymentId) ? paymentId : null, reference, captureReference]);
    return row ? paymentOf(row) : null;
  }

  private async readBack(event: InboxEvent, payment: Payment): Promise<EventOutcome> {
    try {
      return done(await this.sync.advance(payment, `webhook:${event.processor}`));
    } catch (error) {
      if (error instanceof ForeignPaymentError) return parked(error.message);
      if (isDatabaseAway(error)) throw error;
      return this.later(event, payment, error);
    }
  }

  private later({ attempts, eventId, processor }: InboxEvent, payment: Payment, error: unknown): EventOutcome {
    const isFailure = error instanceof GatewayFailure;
    if (!isFailure) this.logger.error(`Event ${eventId} of ${processor} broke down over payment ${payment.id}.`, error instanceof Error ? error.stack : String(error));
    const why = isFailure ? `Payment ${payment.id} could not be read back: ${error.detail}` : `Something unexpected went wrong over payment ${payment.id}; the log says what.`;
    return again(awayRetryMs(attempts, isFailure ? error.retryAfterMs : null), why) ?? parked(`${why} It was tried for three days.`);
  }
}
