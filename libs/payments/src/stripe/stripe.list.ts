import type { ListedPayment, PaymentWindow } from '../contract/payment-processor.js';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import { unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { fromStripe } from './stripe-amounts.js';
import type { StripeClient } from './stripe.client.js';
import { believed, read } from './stripe.ledger.js';
import { type StripeIntent, StripeShapes, marksOf } from './stripe.reading.js';

const PAGE_SIZE = 100;

/** The intents that were made in a window, and took money. @param callFor a page has a time of its own. */
export async function* listedPayments({ since, until }: PaymentWindow, client: StripeClient, callFor: () => GatewayCall): AsyncGenerator<ListedPayment> {
  const created = { gte: seconds(since), lt: seconds(until) };
  for (let after: string | undefined; ; ) {
    const call = callFor();
    const query = { created, limit: PAGE_SIZE, expand: ['data.latest_charge'], ...(after !== undefined && { starting_after: after }) };
    const page = read(StripeShapes.intents, await client.ask(call, (sdk) => sdk.paymentIntents.list(query)), call);
    for (const intent of page.data) if (intent.amount_received > 0) yield listed(intent, call);
    if (!page.has_more) return;
    after = page.data.at(-1)?.id;
    if (after === undefined) throw unreadableAnswer({ gateway: 'Stripe', call }, 'a page is empty, and more are to come', 200);
  }
}

/** Stripe counts whole seconds: the first that is not before a time. */
function seconds(time: Date): number {
  return Math.ceil(time.getTime() / 1_000);
}

function listed(intent: StripeIntent, call: GatewayCall): ListedPayment {
  const { id, currency, amount_received: received, latest_charge: charge, metadata, created } = intent;
  return {
    reference: id,
    captureReference: charge?.id ?? null,
    ...marksOf(metadata),
    capturedMinor: believed(fromStripe(received, currency), call),
    currency,
    refundedMinor: believed(fromStripe(charge?.amount_refunded ?? NaN, currency), call),
    at: new Date(created * 1_000),
  };
}
