import { Inject, Injectable, Logger } from '@nestjs/common';
import { PendingOrders } from '#orders';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { PAYMENTS_OPTIONS, type PaymentsOptions } from '../payments.options.js';
import { ForeignPaymentError } from './payment.errors.js';
import { PaymentLedger } from './payment.ledger.js';
import { PaymentSync } from './payment-sync.service.js';
import type { Payment } from './payment.js';

/** The name of this source of work. */
export const ORDER_EXPIRY = 'order-expiry';
const ACTOR = 'scheduler';
/** An order whose gateway cannot be asked is waited for this much longer: its buyer may have paid in time. */
const PATIENCE_MS = 15 * 60_000;
const NOT_PAID = 'It was not paid for in time.';

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
    const claimed = await this.orders.claimExpired(id, { leaseMs: this.options.leaseMs, patienceMs: PATIENCE_MS });
    if (!claimed) return;
    const isUnsure = await this.isUnsure(id);
    if (!isUnsure || claimed.patienceIsOver) await this.orders.expire(id, { actor: ACTOR, reason: NOT_PAID });
  }

  /**
   * Calls the payment of an order off and ends the order, where it is not paid for.
   *
   * @returns whether it is ended: else it was paid for.
   * @throws {GatewayFailure | ForeignPaymentError} the gateway could not be asked: the order goes on waiting.
   */
  async callOff(orderId: string, mover: { readonly actor: string; readonly reason: string }): Promise<boolean> {
    const payment = await this.living(orderId);
    if (payment) await this.sync.cancel(payment, mover.actor);
    return this.orders.expire(orderId, mover);
  }

  private async isUnsure(orderId: string): Promise<boolean> {
    const payment = await this.living(orderId);
    if (!payment) return false;
    try {
      await this.sync.cancel(payment, ACTOR);
      return false;
    } catch (error) {
      if (!(error instanceof GatewayFailure || error instanceof ForeignPaymentError)) throw error;
      this.logger.warn(`Payment ${payment.id} of order ${payment.orderNumber}, whose time is over, could not be called off: ${error.message}`);
      return true;
    }
  }

  private async living(orderId: string): Promise<Payment | undefined> {
    return (await this.ledger.ofOrder(orderId)).find(({ status }) => status === 'created' || status === 'started');
  }
}
