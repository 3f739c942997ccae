import type { OnApplicationShutdown } from '@nestjs/common';
import type { GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ListedPayment, PaymentProcessor, PaymentRequest, PaymentWindow, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import type { WebhookDelivery, WebhookEvent } from '../contract/webhook-event.js';
import { pageUrlProblem } from '../gateway-calls/api-url.js';
import { GatewayCall } from '../gateway-calls/gateway.call.js';
import { GatewayRefusal, unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { DECLINED, MOVED_ON, NOT_FOUND, REFUNDED } from './paypal-failures.js';
import { toPayPal } from './paypal-amounts.js';
import type { PayPalCertificates } from './paypal.certificates.js';
import { type PayPalClient, believed, read } from './paypal.client.js';
import { PayPalLedger } from './paypal.ledger.js';
import { listedPayments } from './paypal.list.js';
import type { PayPalOptions } from './paypal.options.js';
import { orderFor } from './paypal.order.js';
import { type PayPalOrder, PayPalShapes, forgotten, paymentOf, refundOf } from './paypal.reading.js';
import { readPayPalEvent } from './paypal.webhook.js';

/** What a processor is made of. */
export interface PayPalParts {
  readonly client: PayPalClient;
  readonly certificates: PayPalCertificates;
  readonly options: PayPalOptions;
  /** For a verb as a whole, however many requests it takes; for `list` a page. */
  readonly timeoutMs: number;
  close(): void;
}

type Started = Awaited<ReturnType<PaymentProcessor['start']>>;

/**
 * Takes money by Orders v2: the buyer agrees at PayPal, and the money is taken by our own call, `confirm`.
 *
 * PayPal keeps a request's identifier for some hours, for refunds for weeks. A refund is looked for under our identifier before it is asked for.
 */
export class PayPalProcessor implements PaymentProcessor, OnApplicationShutdown {
  private readonly ledger: PayPalLedger;

  constructor(private readonly parts: PayPalParts) {
    this.ledger = new PayPalLedger(parts.client);
  }

  /** One that PayPal has forgotten is reported as canceled, as by `cancel`: its buyer needs another one. */
  async start(payment: StartedPayment): Promise<Started> {
    const { reference } = payment;
    const call = this.callFor(payment);
    if (reference === null) return this.made(payment, call);
    const order = await this.orderIfAny(reference, call);
    return order === null ? { payment: forgotten(reference, payment), action: null } : this.started(order, order.links, call);
  }

  async confirm(payment: StartedPayment): Promise<GatewayPayment> {
    const call = this.callFor(payment);
    const order = await this.ledger.order(await this.referenceOf(payment, call), call);
    if (believed(paymentOf(order, []), call).status !== 'approved') return this.ledger.payment(order, call);
    try {
      const path = `/v2/checkout/orders/${encodeURIComponent(order.id)}/capture`;
      await this.parts.client.ask({ method: 'POST', path, body: {}, requestId: `capture-${payment.paymentId}` }, call);
    } catch (error) {
      if (isRefused(error, DECLINED)) return { ...believed(paymentOf(order, []), call), status: 'unpaid', declined: error.detail };
      if (!isRefused(error, MOVED_ON)) throw error;
    }
    // Whatever the answer says: what PayPal has written down counts. There can be no dispute yet.
    return believed(paymentOf(await this.ledger.order(order.id, call), []), call);
  }

  async verify(payment: StartedPayment): Promise<GatewayPayment | null> {
    const { reference } = payment;
    if (reference === null) return null;
    const call = this.callFor(payment);
    const order = await this.orderIfAny(reference, call);
    return order && this.ledger.payment(order, call);
  }

  /**
   * PayPal has no way to cancel an order, and needs none: the money of one that the buyer has approved is taken by our own `confirm` alone. So one that is
   * not captured is reported as canceled, and it is for the caller never to confirm it again. PayPal forgets it by itself.
   */
  async cancel(payment: StartedPayment): Promise<GatewayPayment> {
    const call = this.callFor(payment);
    const reference = await this.referenceOf(payment, call);
    const order = await this.orderIfAny(reference, call);
    if (order === null) return forgotten(reference, payment);
    const state = await this.ledger.payment(order, call);
    return state.status === 'unpaid' || state.status === 'approved' ? { ...state, status: 'canceled' } : state;
  }

  async refund(payment: StartedPayment, { refundId, key, amountMinor }: RefundRequest): Promise<GatewayRefund> {
    const { reference, currency } = payment;
    const call = this.callFor(payment);
    const state = reference === null ? null : believed(paymentOf(await this.ledger.order(reference, call), []), call);
    const capture = state?.captureReference ?? null;
    const isOurs = (refund: GatewayRefund) => refund.refundId === refundId && refund.status !== 'failed';
    const earlier = state?.refunds.find(isOurs);
    if (earlier) return earlier;
    if (reference === null || capture === null) throw new GatewayFailure('PayPal has taken no money for this payment: there is nothing to return.', { kind: 'rejected', passing: false });
    const body = { amount: { currency_code: currency, value: toPayPal(amountMinor, currency) }, custom_id: refundId };
    try {
      const made = await this.parts.client.ask({ method: 'POST', path: `/v2/payments/captures/${encodeURIComponent(capture)}/refund`, body, requestId: key }, call);
      return believed(refundOf(read(PayPalShapes.refund, made, call), currency), call);
    } catch (error) {
      const found = isRefused(error, REFUNDED) ? (await this.ledger.payment(await this.ledger.order(reference, call), call)).refunds.find(isOurs) : undefined;
      if (found) return found;
      throw error;
    }
  }

  parseWebhook(delivery: WebhookDelivery): Promise<WebhookEvent> {
    return readPayPalEvent(delivery, this.parts.options.webhookId, this.parts.certificates);
  }

  /** From PayPal's report, which lags up to three hours behind. `reference` is that of the capture where the report names no order. */
  list(window: PaymentWindow): AsyncIterable<ListedPayment> {
    return listedPayments(window, { client: this.parts.client, callFor: () => this.callFor(window) });
  }

  onApplicationShutdown(): void {
    this.parts.close();
  }

  private async made(request: PaymentRequest, call: GatewayCall): Promise<Started> {
    const made = await this.parts.client.ask({ method: 'POST', path: '/v2/checkout/orders', body: orderFor(request, this.parts.options), requestId: request.paymentId }, call);
    const answered = read(PayPalShapes.order, made, call);
    // 201 is an order that was made just now; 200 may be the answer to an earlier try.
    const order = made.status === 201 ? answered : await this.ledger.order(answered.id, call);
    return this.started(order, [...(order.links ?? []), ...(answered.links ?? [])], call);
  }

  private async started(order: PayPalOrder, links: PayPalOrder['links'], call: GatewayCall): Promise<Started> {
    const payment = await this.ledger.payment(order, call);
    return { payment, action: payment.status === 'unpaid' ? { type: 'redirect', url: this.pageIn(links ?? [], call) } : null };
  }

  private async referenceOf(payment: StartedPayment, call: GatewayCall): Promise<string> {
    return payment.reference ?? (await this.made(payment, call)).payment.reference;
  }

  private async orderIfAny(reference: string, call: GatewayCall): Promise<PayPalOrder | null> {
    try {
      return await this.ledger.order(reference, call);
    } catch (error) {
      if (error instanceof GatewayRefusal && error.httpStatus === 404 && isRefused(error, NOT_FOUND)) return null;
      throw error;
    }
  }

  /** Where the buyer agrees. */
  private pageIn(links: NonNullable<PayPalOrder['links']>, call: GatewayCall): string {
    const page = links.find(({ rel }) => rel === 'payer-action' || rel === 'approve')?.href;
    if (page === undefined || pageUrlProblem(page) !== null) throw unreadableAnswer({ gateway: 'PayPal', call }, 'the order has no page where the buyer can agree', 200);
    return page;
  }

  private callFor({ signal }: { readonly signal: AbortSignal }): GatewayCall {
    return new GatewayCall(signal, this.parts.timeoutMs);
  }
}

function isRefused(error: unknown, issues: readonly string[]): error is GatewayRefusal {
  return error instanceof GatewayRefusal && issues.includes(error.code ?? '');
}
