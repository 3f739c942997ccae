import type { GatewayDispute, GatewayPayment } from '../contract/gateway-payment.js';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import { unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { type PayPalClient, believed, read } from './paypal.client.js';
import { type PayPalDispute, type PayPalOrder, PayPalShapes, disputeOf, paymentOf } from './paypal.reading.js';

const DISPUTES = '/v1/customer/disputes';
/** More disputes of one payment than a page holds there are not. */
const PAGE_SIZE = 50;

/** What PayPal has written down of one payment. */
export class PayPalLedger {
  constructor(private readonly client: PayPalClient) {}

  async order(reference: string, call: GatewayCall): Promise<PayPalOrder> {
    return read(PayPalShapes.order, await this.client.ask({ method: 'GET', path: `/v2/checkout/orders/${encodeURIComponent(reference)}` }, call), call);
  }

  /** With its disputes, where it can have any. */
  async payment(order: PayPalOrder, call: GatewayCall): Promise<GatewayPayment> {
    const payment = believed(paymentOf(order, []), call);
    if (payment.status !== 'captured' || payment.captureReference === null) return payment;
    return { ...payment, disputes: await this.disputes(payment.captureReference, payment.currency, call) };
  }

  private async disputes(captureReference: string, currency: string, call: GatewayCall): Promise<GatewayDispute[]> {
    const path = `${DISPUTES}?disputed_transaction_id=${encodeURIComponent(captureReference)}&page_size=${PAGE_SIZE}`;
    const { items, links } = read(PayPalShapes.disputes, await this.client.ask({ method: 'GET', path }, call), call);
    if (links?.some(({ rel }) => rel === 'next')) throw unreadableAnswer({ gateway: 'PayPal', call }, `it has more than ${PAGE_SIZE} disputes of one payment`, 200);
    const whole = await Promise.all((items ?? []).map((dispute) => this.whole(dispute, call)));
    return whole.map((dispute) => believed(disputeOf(dispute, currency), call));
  }

  /** A list leaves out how a dispute ended. */
  private async whole(dispute: PayPalDispute, call: GatewayCall): Promise<PayPalDispute> {
    if (dispute.status !== 'RESOLVED' || dispute.dispute_outcome) return dispute;
    return read(PayPalShapes.dispute, await this.client.ask({ method: 'GET', path: `${DISPUTES}/${encodeURIComponent(dispute.dispute_id)}` }, call), call);
  }
}
