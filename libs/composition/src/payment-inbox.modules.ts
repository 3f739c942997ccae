import { randomUUID } from 'node:crypto';
import { Injectable, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import type { DeliveryConfig } from '#config';
import { Metrics } from '#observability';
import { PAYMENT_EVENTS, PaymentEventReader, PaymentInboxModule, type OnPaymentEvent } from '#payments';
import { WakeUps } from '#scheduler';

/** The gateways' webhooks, which wake a worker. */
export function paymentInboxModule({ paymentEventBodyDays: bodyDays }: Pick<DeliveryConfig, 'paymentEventBodyDays'>): DynamicModule {
  return PaymentInboxModule.forRoot({ bodyDays, onReceived: { inject: [WakeUps], useFactory: wakeForEvents } });
}

/** One that is replayed is woken for anew, however recently it was. */
export function wakeForEvents(wakeUps: WakeUps): OnPaymentEvent {
  return ({ id }) => void wakeUps.schedule([{ source: PAYMENT_EVENTS, id, key: randomUUID(), inMs: 0 }]);
}

/** Has the inbox counted at each scrape. */
@Injectable()
export class PaymentEventQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly events: PaymentEventReader,
  ) {}

  onModuleInit(): void {
    this.metrics.paymentEvents(() => this.events.figures());
  }
}
