import type { OnApplicationShutdown } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { ListedPayment, PaymentProcessor, PaymentRequest, PaymentWindow, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import type { WebhookDelivery, WebhookEvent } from '../contract/webhook-event.js';
import { GatewayCall } from '../gateway-calls/gateway.call.js';
import { GatewayRefusal, unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { reasonOf } from './stripe-failures.js';
import { toStripe } from './stripe-amounts.js';
import type { StripeClient } from './stripe.client.js';
import { listedPayments } from './stripe.list.js';
import { StripeLedger, believed, read } from './stripe.ledger.js';
import type { StripeOptions } from './stripe.options.js';
import { type StripeIntent, StripeShapes, refundOf } from './stripe.reading.js';
import { readStripeEvent } from './stripe.webhook.js';

/** What a processor is made of. */
export interface StripeParts {
  readonly client: StripeClient;
  readonly options: StripeOptions;
  /** For a verb as a whole, however many requests it takes; for `list` a page. */
  readonly timeoutMs: number;
  close(): void;
}

type Started = Awaited<ReturnType<PaymentProcessor['start']>>;
type Refused = NonNullable<ReturnType<typeof reasonOf>>;

/**
 * Takes money by Payment Intents; the buyer's card is given to Stripe in his browser, 3-D Secure included.
 *
 * Stripe keeps an idempotency key for 24 hours. Within them a repeated `start` whose reference is not known gives the same intent; later it makes another one,
 * which is harmless: the secret of the first never left, or its reference would be known. A refund is looked for under our identifier before it is asked for, so that it is safe after them.
 * An answer of 5xx is kept under its key too: until the key is forgotten, a repeat meets the same one.
 */
export class StripeProcessor implements PaymentProcessor, OnApplicationShutdown {
  private readonly ledger: StripeLedger;

  constructor(private readonly parts: StripeParts) {
    this.ledger = new StripeLedger(parts.client);
  }

  async start(payment: StartedPayment): Promise<Started> {
    const { reference } = payment;
    const call = this.callFor(payment);
    return reference === null ? this.made(payment, call) : this.started(await this.ledger.intent(reference, call), call);
  }

  /** Stripe takes the money itself when the buyer confirms; what it left to us is done here. */
  async confirm(payment: StartedPayment): Promise<GatewayPayment> {
    const call = this.callFor(payment);
    const intent = await this.ledger.intent(await this.referenceOf(payment, call), call);
    const { id, status } = intent;
    if (status === 'requires_confirmation') await this.unless(['declined', 'unexpected state'], this.parts.client.ask(call, (sdk) => sdk.paymentIntents.confirm(id)));
    else if (status === 'requires_capture') await this.unless(['declined', 'unexpected state'], this.parts.client.ask(call, (sdk) => sdk.paymentIntents.capture(id)));
    else return this.ledger.payment(intent, call);
    return this.ledger.payment(await this.ledger.intent(id, call), call);
  }

  /** Null as well while the answer to `start` is not known: Stripe's search lags behind, so nothing is looked for; start again, and the same intent comes back. */
  async verify(payment: StartedPayment): Promise<GatewayPayment | null> {
    const { reference } = payment;
    if (reference === null) return null;
    const call = this.callFor(payment);
    const intent = await this.unless(['missing'], this.ledger.intent(reference, call));
    return intent && this.ledger.payment(intent, call);
  }

  async cancel(payment: StartedPayment): Promise<GatewayPayment> {
    const call = this.callFor(payment);
    const reference = await this.referenceOf(payment, call);
    const canceled = await this.unless(['unexpected state'], this.parts.client.ask(call, (sdk) => sdk.paymentIntents.cancel(reference)));
    const intent = canceled ? read(StripeShapes.intent, canceled, call) : await this.ledger.intent(reference, call);
    return this.ledger.payment(intent, call);
  }

  async refund(payment: StartedPayment, { refundId, key, amountMinor }: RefundRequest): Promise<GatewayRefund> {
    const { reference, currency } = payment;
    if (reference === null) throw new GatewayFailure('Stripe has taken no money for this payment, as far as is known: there is nothing to return.', { kind: 'rejected', passing: false });
    const amount = toStripe(amountMinor, currency);
    const call = this.callFor(payment);
    const findOurs = async () => (await this.ledger.refunds(reference, currency, call)).find((refund) => refund.refundId === refundId && refund.status !== 'failed');
    const earlier = await findOurs();
    if (earlier) return earlier;
    try {
      const made = await this.parts.client.ask(call, (sdk) => sdk.refunds.create({ payment_intent: reference, amount, metadata: { refund_id: refundId } }, { idempotencyKey: key }));
      return believed(refundOf(read(StripeShapes.refund, made, call), currency), call);
    } catch (error) {
      const found = isRefused(error, ['already refunded']) ? await findOurs() : undefined;
      if (found) return found;
      throw error;
    }
  }

  parseWebhook(delivery: WebhookDelivery): Promise<WebhookEvent> {
    return new Promise((resolve) => resolve(readStripeEvent(delivery, this.parts.options.webhookSecrets)));
  }

  /** By the time at which an intent was made, newest first: one that was made before the window and paid within it is not listed. */
  list(window: PaymentWindow): AsyncIterable<ListedPayment> {
    return listedPayments(window, this.parts.client, () => this.callFor(window));
  }

  onApplicationShutdown(): void {
    this.parts.close();
  }

  private async made(request: PaymentRequest, call: GatewayCall): Promise<Started> {
    const { paymentId, orderNumber, description, currency } = request;
    const { statementDescriptor } = this.parts.options;
    const parameters = {
      amount: toStripe(request.amountMinor, currency),
      currency: currency.toLowerCase(),
      description,
      metadata: { order_number: orderNumber, payment_id: paymentId },
      automatic_payment_methods: { enabled: true },
      // The suffix: cards take no whole descriptor.
      ...(statementDescriptor !== undefined && { statement_descriptor_suffix: statementDescriptor }),
    };
    const made = await this.parts.client.ask(call, (sdk) => sdk.paymentIntents.create(parameters, { idempotencyKey: `payment-${paymentId}` }));
    const intent = read(StripeShapes.intent, made, call);
    return this.started(made.isReplayed ? await this.ledger.intent(intent.id, call) : intent, call);
  }

  private async started(intent: StripeIntent, call: GatewayCall): Promise<Started> {
    const payment = await this.ledger.payment(intent, call);
    const isOpen = payment.status === 'unpaid' || payment.status === 'approved';
    return { payment, action: isOpen ? { type: 'stripe', clientSecret: clientSecretOf(intent, call), publishableKey: this.parts.options.publishableKey } : null };
  }

  private async referenceOf(payment: StartedPayment, call: GatewayCall): Promise<string> {
    return payment.reference ?? (await this.made(payment, call)).payment.reference;
  }

  /** What the work comes to, or null when Stripe refuses it for one of these reasons. */
  private async unless<Result>(reasons: readonly Refused[], work: Promise<Result>): Promise<Result | null> {
    try {
      return await work;
    } catch (error) {
      if (isRefused(error, reasons)) return null;
      throw error;
    }
  }

  private callFor({ signal }: { readonly signal: AbortSignal }): GatewayCall {
    return new GatewayCall(signal, this.parts.timeoutMs);
  }
}

function isRefused(error: unknown, reasons: readonly Refused[]): boolean {
  const reason = error instanceof GatewayRefusal ? reasonOf(error) : null;
  return reason !== null && reasons.includes(reason);
}

function clientSecretOf({ client_secret: secret }: StripeIntent, call: GatewayCall): string {
  if (typeof secret === 'string') return secret;
  throw unreadableAnswer({ gateway: 'Stripe', call }, 'the payment intent has no client secret', 200);
}
