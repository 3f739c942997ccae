/** How a payment stands at its gateway, read from there. Amounts in whole minor units. */
export interface GatewayPayment {
  /** What the gateway calls it. */
  readonly reference: string;
  /** What the gateway calls the money that it took, where that is something else (PayPal's capture); null before. */
  readonly captureReference: string | null;
  /**
   * `unpaid`: the buyer has something to do, or may try again. `approved`: he has agreed, and the money waits to be taken by `confirm`. `processing`: it is
   * under way, and nobody can do anything. `captured`: it was taken, whatever went back since. `canceled`: it can never be paid.
   */
  readonly status: 'unpaid' | 'approved' | 'processing' | 'captured' | 'canceled';
  /** What the gateway was asked to take. */
  readonly amountMinor: number;
  /** What it took; 0 before. */
  readonly capturedMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** What `start` had it write down; null where it says none. */
  readonly paymentId: string | null;
  readonly orderNumber: string | null;
  /** Why the last try was declined, in the gateway's words; null where none was. */
  readonly declined: string | null;
  /** Every refund that the gateway has of it, whoever asked for it. */
  readonly refunds: readonly GatewayRefund[];
  readonly disputes: readonly GatewayDispute[];
}

export interface GatewayRefund {
  /** What the gateway calls it. */
  readonly reference: string;
  /** Ours, where it was asked for by us. */
  readonly refundId: string | null;
  readonly amountMinor: number;
  /** `pending`: the gateway has taken it on. `failed`: the money is back with us. */
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** The gateway's words, where it failed. */
  readonly detail: string | null;
}

/** A buyer's bank has taken the money back, or wants to. */
export interface GatewayDispute {
  readonly reference: string;
  readonly amountMinor: number;
  readonly status: 'open' | 'won' | 'lost';
}

/** What the buyer's browser has to do next. `clientSecret` is for the buyer alone. */
export type ClientAction =
  | { readonly type: 'redirect'; readonly url: string }
  | { readonly type: 'stripe'; readonly clientSecret: string; readonly publishableKey: string };
