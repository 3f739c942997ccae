import { Inject, Injectable, Logger } from '@nestjs/common';
import { PendingOrders } from '#orders';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { PAYMENTS_OPTIONS, type PaymentsOptions } from '../payments.options.js';
import { ForeignPaymentError } from './payment.errors.js';
import { PaymentLedger } from './payment.ledger.js';
import { PaymentSync } from './payment-sync.service.js';
import { livingOf, type Payment } from './payment.js';

/** The name of this source of work. */
export const ORDER_EXPIRY = 'order-expiry';
const ACTOR = 'scheduler';
const MINUTE_MS = 60_000;
/** An order is waited for this much longer where its gateway cannot be asked, because its buyer may have paid in time, or is at work on the payment: some ways to pay take days. */
const PATIENCE_MS = { none: 0, unanswered: 15 * MINUTE_MS, processing: 7 * 24 * 60 * MINUTE_MS } as const;
const NOT_PAID = 'It was not paid for in time.';

/** What came of calling an order off. `under_way`: its gateway is at work on the payment, and the order waits for that. */
export type CalledOff = 'ended' | 'paid' | 'under_way';

/** Orders that nobody paid for in time: their payments are called off, and what they would have sold is free again. */
@Injectable()
export class OrderExpiry {
  readonly name = ORDER_EXPIRY;
  private readonly logger = new Logger(OrderExpiry.name);

  constructor(
    private readonly orders: PendingOrders,
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    @Inject(PAYMENTS_OPTIONS) private readonly options: PaymentsOptions,
  ) {}

  async findDue(limit: number) {
    const expired = await this.orders.findExpired(limit);
    return expired.map(({ orderId: id, dueAt }) => ({ id, dueAt, alone: false }));
  }

  async perform({ id }: { readonly id: string }): Promise<void> {
    const claimed = await this.orders.claimExpired(id, this.options.leaseMs);
    if (!claimed) return;
    const doubt = await this.doubtAbout(id);
    if (claimed.overdueMs >= PATIENCE_MS[doubt]) await this.orders.expire(id, { actor: ACTOR, reason: NOT_PAID });
  }

  /**
   * Calls the payment of an order off and ends the order, where it is not paid for.
   *
   * @throws {GatewayFailure | ForeignPaymentError} the gateway could not be asked: the order goes on waiting.
   */
  async callOff(orderId: string, mover: { readonly actor: string; readonly reason: string }): Promise<CalledOff> {
    const payment = await this.living(orderId);
    const cancelled = payment && (await this.sync.cancel(payment, mover.actor));
    if (cancelled?.state === 'processing') return 'under_way';
    return (await this.orders.expire(orderId, mover)) ? 'ended' : 'paid';
  }

  /** Why nobody knows whether the order is paid for, once its payment was to be called off. */
  private async doubtAbout(orderId: string): Promise<keyof typeof PATIENCE_MS> {
    const payment = await this.living(orderId);
    if (!payment) return 'none';
    try {
      const { state } = await this.sync.cancel(payment, ACTOR);
      return state === 'processing' ? 'processing' : 'none';
    } catch (error) {
      if (!(error instanceof GatewayFailure || error instanceof ForeignPaymentError)) throw error;
      this.logger.warn(`Payment ${payment.id} of order ${payment.orderNumber}, whose time is over, could not be called off: ${error.message}`);
      return 'unanswered';
    }
  }

  private async living(orderId: string): Promise<Payment | undefined> {
    return livingOf(await this.ledger.ofOrder(orderId));
  }
}
