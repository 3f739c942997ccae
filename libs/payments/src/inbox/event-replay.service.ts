import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { inboxEvent, type InboxEvent, type InboxRow } from './inbox-event.js';
import { PaymentEventNotFoundError } from './inbox.errors.js';
import { REPLAY_EVENT } from './inbox.statements.js';
import { ON_PAYMENT_EVENT, type OnPaymentEvent } from './on-payment-event.js';
import { storableDetail } from './storable.js';

/** An operator's word: an event is looked at again. */
@Injectable()
export class EventReplay {
  private readonly logger = new Logger(EventReplay.name);
  private readonly onReceived: OnPaymentEvent;

  constructor(
    private readonly database: OrdersDatabase,
    @Optional() @Inject(ON_PAYMENT_EVENT) onReceived?: OnPaymentEvent,
  ) {
    this.onReceived = onReceived ?? (() => undefined);
  }

  /** Has an event looked at again, whatever became of it: it is due at once, and all patience begins anew. Harmless for one that is being worked on. @throws {PaymentEventNotFoundError} */
  async replay(id: string, { actor, reason }: { readonly actor: string; readonly reason: string }): Promise<InboxEvent> {
    // The first line of the detail outlasts what comes of it.
    const words = `Replayed by ${actor} at ${new Date().toISOString()}: ${reason}`.replaceAll('\n', ' ');
    const [row] = await this.database.run<InboxRow>(REPLAY_EVENT, [id, storableDetail(words)]);
    if (!row) throw new PaymentEventNotFoundError();
    const event = inboxEvent(row);
    this.logger.log(`Event ${event.eventId} of ${event.processor}: ${words}`);
    this.onReceived({ id });
    return event;
  }
}
