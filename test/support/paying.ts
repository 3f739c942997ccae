import type { OrderBody, RequestOptions } from './api-client.js';
import type { GatewayShop } from './shop.js';
import { PATIENT_MS, until } from './until.js';

export interface PaidOrderBody extends OrderBody {
  readonly totalMinor: number;
  readonly payment: {
    readonly processor: string;
    readonly status: string;
    readonly reference: string | null;
    readonly expiresAt: string | null;
    readonly action?: { readonly type: string; readonly clientSecret?: string; readonly url?: string } | null;
    readonly declined?: string | null;
    readonly problem?: string | null;
  };
}

export interface PaymentBody {
  readonly id: string;
  readonly status: string;
  readonly processor: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly openedOrder: boolean;
  readonly parked: { readonly cause: string; readonly action: string } | null;
  readonly owedSettledAt: string | null;
}

/** The body of a checkout of one seat, to be paid at a gateway. */
export const bought = (sku: string, processor: string) => ({ items: [{ sku, quantity: 1 }], payment: { processor } });

/** What learners and staff do about payments, in a shop that is open by the time they do it. */
export function payingIn(open: () => GatewayShop) {
  const paymentsOf = async (number: string) => (await open().ask<{ items: PaymentBody[] }>('GET', `/v1/payments?orderNumber=${number}`, { token: open().staff })).body.items;
  const staffPost = <Body = PaymentBody>(path: string, body?: unknown) => open().ask<Body>('POST', path, { token: open().staff, ...(body === undefined ? {} : { body }) });
  const enrolled = async (username: string) => (await open().lms.control.enrollments({ user: username })).length;

  const onlyPayment = async (number: string): Promise<PaymentBody> => {
    const [payment] = await paymentsOf(number);
    if (!payment) throw new Error(`Order ${number} has no payment.`);
    return payment;
  };

  /** A learner with an order that waits for its money. */
  const waiting = async (processor = 'stripe', sku = 'BIO_VERIFIED') => {
    const shop = open();
    const { username, token } = await shop.learner();
    const { status, text, body: order } = await shop.ask<PaidOrderBody>('POST', '/v1/checkout', { token, body: bought(sku, processor) });
    if (status !== 201) throw new Error(`The checkout was answered ${status}: ${text}`);
    const payment = await onlyPayment(order.number);
    const post = <Body = PaidOrderBody>(verb: string, body?: unknown, options: RequestOptions = {}) => shop.ask<Body>('POST', `/v1/orders/${order.number}/payment/${verb}`, { token, ...(body === undefined ? {} : { body }), ...options });
    const look = async () => (await shop.ask<PaidOrderBody>('GET', `/v1/orders/${order.number}`, { token })).body;
    return { username, token, order, payment, post, look, number: order.number };
  };

  /** The order ends though its gateway cannot be asked: so its payment can still be made. */
  const endUnasked = async (number: string): Promise<void> => {
    const shop = open();
    await shop.gateway.control.faults({ kind: 'status', status: 503 });
    await shop.sql(`update orders set expires_at = now() - interval '16 minutes', expiry_check_at = now() where number = $1`, [number]);
    await until('the order has expired', async () => (await shop.order(number)).status === 'expired', PATIENT_MS);
    await shop.gateway.control.faults();
  };

  return { paymentsOf, staffPost, enrolled, onlyPayment, waiting, endUnasked };
}
