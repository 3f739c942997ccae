import type { Fact } from '../cashier/fact.js';
import { paypalEvents } from '../paypal/paypal.events.js';
import { STRIPE_API_VERSION, stripeEvents } from '../stripe/stripe.events.js';
import { secondsOf } from '../stripe/intent.view.js';
import { paypalId, stripeId } from '../world/ids.js';
import type { WebhookEvent } from '../world/records.js';
import type { World } from '../world/world.js';

/** The call that causes what happens now. */
export interface Cause {
  readonly requestId: string;
  readonly idempotencyKey: string | null;
}

/** Makes of every fact the events that its gateway tells of it, with the objects as they are at that moment. */
export class Chronicle {
  private cause: Cause | null = null;
  private fresh: string[] = [];

  /** @param selfUrl where PayPal's links lead to. */
  constructor(
    private readonly world: World,
    private readonly selfUrl: () => string,
  ) {}

  /** Does the work as of this call. */
  asOf<Result>(cause: Cause, work: () => Result): Result {
    this.cause = cause;
    try {
      return work();
    } finally {
      this.cause = null;
    }
  }

  write(fact: Fact): void {
    const events = fact.payment.gateway === 'stripe' ? this.ofStripe(fact) : this.ofPaypal(fact);
    const state = this.world.ways.webhooks === 'hold' ? 'held' : 'waiting';
    for (const event of events) {
      this.fresh.push(event.id);
      this.world.events.put<WebhookEvent>({ ...event, seq: this.world.nextSeq(), gateway: fact.payment.gateway, paymentId: fact.payment.id, createdAt: new Date().toISOString(), state, deliveries: [] });
    }
  }

  /** The events that were written since the last time. */
  takeFresh(): readonly string[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }

  private ofStripe(fact: Fact): Pick<WebhookEvent, 'id' | 'type' | 'body'>[] {
    const request = { id: this.cause?.requestId ?? null, idempotency_key: this.cause?.idempotencyKey ?? null };
    const created = secondsOf(new Date().toISOString());
    return stripeEvents(this.world, fact).map(({ type, object }) => {
      const id = `evt_3${stripeId('', 23).slice(1)}`;
      const event = { id, object: 'event', api_version: STRIPE_API_VERSION, created, data: { object }, livemode: false, pending_webhooks: 1, request, type };
      return { id, type, body: JSON.stringify(event, null, 2) };
    });
  }

  private ofPaypal(fact: Fact): Pick<WebhookEvent, 'id' | 'type' | 'body'>[] {
    const origin = this.selfUrl();
    return paypalEvents(this.world, fact, origin).map(({ type, object, kind, summary }) => {
      const id = `WH-${paypalId()}-${paypalId()}`;
      const links = [{ href: `${origin}/v1/notifications/webhooks-events/${id}`, rel: 'self', method: 'GET' }];
      const common = { id, event_version: '1.0', create_time: new Date().toISOString(), resource_type: kind, resource_version: '2.0', event_type: type, summary };
      return { id, type, body: JSON.stringify({ ...common, resource: object, links }) };
    });
  }
}
