import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { WebhookRefusedError, type WebhookDelivery } from '../contract/webhook-event.js';
import { ProcessorRegistry } from '../registry/processor.registry.js';
import type { InboxStatus } from './inbox-event.js';
import { GatewayNotFoundError } from './inbox.errors.js';
import { KEEP_EVENT } from './inbox.statements.js';
import { ON_PAYMENT_EVENT, type OnPaymentEvent } from './on-payment-event.js';
import { storableBody } from './storable.js';
import { provenEvent } from './webhook-proof.js';

/** An event that is on record. */
export interface KeptEvent {
  /** Ours. */
  readonly id: string;
  /** The gateway's. */
  readonly eventId: string;
  /** It had come before. */
  readonly known: boolean;
  readonly status: InboxStatus;
}

/** Takes the gateways' webhooks in. What comes of an event is worked out later, from its row: whoever is answered has it on record, and nothing more. */
@Injectable()
export class WebhookInbox {
  private readonly onReceived: OnPaymentEvent;

  constructor(
    private readonly database: OrdersDatabase,
    private readonly registry: ProcessorRegistry,
    @Optional() @Inject(ON_PAYMENT_EVENT) onReceived?: OnPaymentEvent,
  ) {
    this.onReceived = onReceived ?? (() => undefined);
  }

  /**
   * Proves that the gateway `processor` sent it, and keeps it. Resolves when that is committed, and not before.
   *
   * @throws {GatewayNotFoundError} a bypass sends none.
   * @throws {WebhookRefusedError} nothing is kept.
   * @throws {GatewayFailure} it could not be proven just now: nothing is kept, and it should be sent again.
   */
  async receive(processor: string, delivery: Omit<WebhookDelivery, 'signal'>): Promise<KeptEvent> {
    const wired = this.registry.find(processor);
    if (wired?.kind !== 'gateway') throw new GatewayNotFoundError();
    const { eventId, type, subject } = await provenEvent(wired, delivery);
    const body = storableBody(delivery.body);
    if (body === null) throw new WebhookRefusedError('unreadable', 'Its body is not UTF-8, or has a NUL in it.');
    const values = [randomUUIDv7(), processor, eventId, type, body, subject?.reference ?? null, subject?.captureReference ?? null, subject?.paymentId ?? null, subject?.orderNumber ?? null, subject === null ? 'ignored' : 'received'];
    const [kept] = await this.database.run<{ id: string; status: InboxStatus; deliveries: number }>(KEEP_EVENT, values);
    if (!kept) throw new Error('An event that was kept gives its row.');
    const known = kept.deliveries > 1;
    if (!known && kept.status === 'received') this.onReceived({ id: kept.id });
    return { id: kept.id, eventId, known, status: kept.status };
  }
}
