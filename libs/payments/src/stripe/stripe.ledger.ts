import type Stripe from 'stripe';
import type { z } from 'zod';
import type { GatewayDispute, GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import { unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import type { StripeAnswered, StripeClient } from './stripe.client.js';
import { type StripeIntent, StripeShapes, disputeOf, paymentOf, refundOf } from './stripe.reading.js';

const PAGE_SIZE = 100;
/** A payment with more refunds than these pages hold is none of ours. */
const MOST_PAGES = 10;

interface Page<Item> {
  readonly data: readonly Item[];
  readonly has_more: boolean;
}
type PageQuery = { readonly limit: number; readonly starting_after?: string };

/** What Stripe has written down of one payment. */
export class StripeLedger {
  constructor(private readonly client: StripeClient) {}

  async intent(reference: string, call: GatewayCall): Promise<StripeIntent> {
    return read(StripeShapes.intent, await this.client.ask(call, (sdk) => sdk.paymentIntents.retrieve(reference)), call);
  }

  /** With its refunds and disputes, where it can have any. */
  async payment(intent: StripeIntent, call: GatewayCall): Promise<GatewayPayment> {
    if (intent.amount_received === 0) return believed(paymentOf(intent, [], []), call);
    const [refunds, disputes] = await Promise.all([this.refunds(intent.id, intent.currency, call), this.disputes(intent.id, intent.currency, call)]);
    return believed(paymentOf(intent, refunds, disputes), call);
  }

  async refunds(reference: string, currency: string, call: GatewayCall): Promise<GatewayRefund[]> {
    const refunds = await this.all(StripeShapes.refunds, (sdk, query) => sdk.refunds.list({ payment_intent: reference, ...query }), call);
    return refunds.map((refund) => believed(refundOf(refund, currency), call));
  }

  private async disputes(reference: string, currency: string, call: GatewayCall): Promise<GatewayDispute[]> {
    const disputes = await this.all(StripeShapes.disputes, (sdk, query) => sdk.disputes.list({ payment_intent: reference, ...query }), call);
    return disputes.map((dispute) => believed(disputeOf(dispute, currency), call));
  }

  private async all<Item extends { readonly id: string }>(shape: z.ZodType<Page<Item>>, list: (sdk: Stripe, query: PageQuery) => Promise<unknown>, call: GatewayCall): Promise<Item[]> {
    const items: Item[] = [];
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const last = items.at(-1);
      const query = { limit: PAGE_SIZE, ...(last && { starting_after: last.id }) };
      const page = read(shape, await this.client.ask(call, (sdk) => list(sdk, query)), call);
      items.push(...page.data);
      if (!page.has_more) return items;
    }
    throw unreadableAnswer({ gateway: 'Stripe', call }, `it has more than ${MOST_PAGES * PAGE_SIZE} entries for one payment`);
  }
}

/** @throws {GatewayFailure} when it is not what Stripe answers. */
export function read<Shape>(shape: z.ZodType<Shape>, { value }: StripeAnswered, call: GatewayCall): Shape {
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw unreadableAnswer({ gateway: 'Stripe', call }, `${issue?.path.join('.') || 'the whole'} is not what it should be`, 200);
}

/** @throws {GatewayFailure} for null: amounts that cannot be. */
export function believed<Thing>(thing: Thing | null, call: GatewayCall): Thing {
  if (thing === null) throw unreadableAnswer({ gateway: 'Stripe', call }, 'an amount, or its currency, cannot be', 200);
  return thing;
}
