import { Injectable, Logger } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { inboxEvent, type InboxEvent, type InboxRow } from './inbox-event.js';
import { PaymentEventNotFoundError, PaymentEventNotParkedError } from './inbox.errors.js';
import { DISMISS_EVENT, READ_EVENT } from './inbox.statements.js';
import { storableDetail } from './storable.js';

/** An operator's word: nothing is to be done about a parked event. */
@Injectable()
export class EventDismissal {
  private readonly logger = new Logger(EventDismissal.name);

  constructor(private readonly database: OrdersDatabase) {}

  /** Takes a parked event out of what waits, and keeps why it was parked. It can still be replayed. @throws {PaymentEventNotFoundError | PaymentEventNotParkedError} nothing was changed. */
  async dismiss(id: string, { actor, reason }: { readonly actor: string; readonly reason: string }): Promise<InboxEvent> {
    const words = `Dismissed by ${actor} at ${new Date().toISOString()}: ${reason}`.replaceAll('\n', ' ');
    const [row] = await this.database.run<InboxRow>(DISMISS_EVENT, [id, storableDetail(words)]);
    if (!row) throw (await this.database.run(READ_EVENT, [id])).length === 0 ? new PaymentEventNotFoundError() : new PaymentEventNotParkedError();
    const event = inboxEvent(row);
    this.logger.log(`Event ${event.eventId} of ${event.processor}: ${words}`);
    return event;
  }
}
