import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { EventDismissal } from './event-dismissal.service.js';
import { EventReplay } from './event-replay.service.js';
import { PAYMENT_INBOX_OPTIONS, type InboxOptions } from './inbox.options.js';
import { ON_PAYMENT_EVENT, type OnPaymentEvent } from './on-payment-event.js';
import { PaymentEventBodies } from './payment-event-bodies.service.js';
import { PaymentEventReader } from './payment-event.reader.js';
import { PaymentEvents } from './payment-events.service.js';
import { WebhookInbox } from './webhook-inbox.service.js';

export interface PaymentInboxOptions extends InboxOptions {
  /** Who is told of events that are due. */
  readonly onReceived: { readonly inject: InjectionToken[]; readonly useFactory: (...dependencies: never[]) => OnPaymentEvent };
}

const FOR_OPERATORS = [PaymentEventReader, EventReplay, EventDismissal];
const FOR_GATEWAYS = [WebhookInbox, PaymentEvents, PaymentEventBodies];

/** The inbox of the gateways' webhooks. */
@Module({})
export class PaymentInboxModule {
  /** All of it. Expects `OrdersModule`, `ProcessorRegistryModule` and `PaymentsModule` to be there. */
  static forRoot({ onReceived, bodyDays }: PaymentInboxOptions): DynamicModule {
    const all = [...FOR_OPERATORS, ...FOR_GATEWAYS];
    return { module: PaymentInboxModule, global: true, providers: [{ provide: ON_PAYMENT_EVENT, ...onReceived }, { provide: PAYMENT_INBOX_OPTIONS, useValue: { bodyDays } satisfies InboxOptions }, ...all], exports: all };
  }

  /** For whoever reads it and has events replayed or dismissed: needs `OrdersModule`, and no gateway. The sweep of a worker finds what is replayed. */
  static forOperators(): DynamicModule {
    return { module: PaymentInboxModule, providers: FOR_OPERATORS, exports: FOR_OPERATORS };
  }
}
