import type { ClientAction, GatewayDispute, GatewayPayment, GatewayRefund } from './gateway-payment.js';
import type { WebhookDelivery, WebhookEvent } from './webhook-event.js';

/** A payment that is to be made. Its row is written before a gateway hears of it. */
export interface PaymentRequest {
  /** UUID: the idempotency key towards the gateway, and written into what it stores. The same for every attempt at this payment, and for no other. */
  readonly paymentId: string;
  /** Written into what the gateway stores, for people and for the way back. */
  readonly orderNumber: string;
  /** A whole number of minor units by ISO 4217: 4900 is 49.00 USD, and 4900 JPY. Above 0. */
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** For the buyer's statement and the gateway's console. At most 120 characters. */
  readonly description: string;
  /** Aborts when the caller must stop. Pass it on to every call. */
  readonly signal: AbortSignal;
}

/** A payment that a gateway knows, or may know. */
export interface StartedPayment extends PaymentRequest {
  /** What the gateway calls it; null while the answer to `start` is not known. */
  readonly reference: string | null;
  /** What the gateway calls the money that it took, where that is something else. */
  readonly captureReference: string | null;
}

/** Money that is to go back. */
export interface RefundRequest {
  /** UUID of our refund: written into what the gateway stores. */
  readonly refundId: string;
  /** The idempotency key: the same for every attempt whose end is not known, another one after the gateway has said that a refund failed. */
  readonly key: string;
  /** Whole minor units, above 0, in the payment's currency. */
  readonly amountMinor: number;
}

/**
 * Takes money for orders through one gateway, and returns it. It knows its gateway and nothing else: no database, no queue, no status, no retry.
 *
 * Whatever goes wrong is thrown as a `GatewayFailure`; anything else that is thrown counts as a bug, and nobody knows then what the gateway
 * did. A card that is declined is no failure: the payment is `unpaid`, with the gateway's words.
 */
export interface PaymentProcessor {
  /**
   * Has the gateway expect the payment, and says what the buyer does next. May run twice for one payment: the second run must be harmless, and gives the same
   * reference. Where the reference is known, nothing is made: a gateway may have forgotten the idempotency key long before the order's time is over. @throws {GatewayFailure}
   */
  start(payment: StartedPayment): Promise<{ readonly payment: GatewayPayment; readonly action: ClientAction | null }>;

  /** Takes the money where the buyer has agreed and it waits for that, and says how the payment stands. May run twice. @throws {GatewayFailure} */
  confirm(payment: StartedPayment): Promise<GatewayPayment>;

  /** Reads back how the payment stands. `null`: the gateway knows of no such payment. @throws {GatewayFailure} */
  verify(payment: StartedPayment): Promise<GatewayPayment | null>;

  /** Has nobody pay it any more, where that can be had, and says how it stands: it may be captured all the same. @throws {GatewayFailure} */
  cancel(payment: StartedPayment): Promise<GatewayPayment>;

  /** Returns money. May run twice for one key: the second run returns nothing more. @throws {GatewayFailure} */
  refund(payment: StartedPayment, refund: RefundRequest): Promise<GatewayRefund>;

  /** Proves that the gateway sent it, before anything of it is believed, and reads what it is about. @throws {WebhookRefusedError | GatewayFailure} the latter when the proof could not be had. */
  parseWebhook(delivery: WebhookDelivery): Promise<WebhookEvent>;

  /** The payments that the gateway took in a span of time, oldest or newest first, a page at a time: for reconciliation. @throws {GatewayFailure} */
  list(window: PaymentWindow): AsyncIterable<ListedPayment>;
}

/** From `since`, up to and without `until`. */
export interface PaymentWindow {
  readonly since: Date;
  readonly until: Date;
  readonly signal: AbortSignal;
}

/** A payment as a gateway lists it: what it took, and what went back of it. */
export interface ListedPayment extends Pick<GatewayPayment, 'reference' | 'captureReference' | 'paymentId' | 'orderNumber' | 'capturedMinor' | 'currency'> {
  readonly refundedMinor: number;
  readonly at: Date;
}

export type { ClientAction, GatewayDispute, GatewayPayment, GatewayRefund };
