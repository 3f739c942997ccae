import { Injectable } from '@nestjs/common';
import { OrderReader, wasPaid, type OrderSnapshot } from '#orders';
import { PaymentSync, type Payment, type SyncedPayment } from '#payments';
import { assertInTime } from './payable-order.js';
import { GatewayUnavailableError, OrderNotPayableError, OrderOutdatedError, PaymentUnderWayError } from './payment.errors.js';
import { SaleCheck } from './sale-check.service.js';

/** Takes the money that a buyer has agreed to, where what he agreed to is still sold as it was. */
@Injectable()
export class ApprovedPayments {
  constructor(
    private readonly reader: OrderReader,
    private readonly sync: PaymentSync,
    private readonly sale: SaleCheck,
  ) {}

  /**
   * @returns `null` when nothing is to be taken: the payment was called off, which its gateway may not know, or the order was paid for just now.
   * @throws {OrderNotPayableError | OrderOutdatedError | PaymentUnderWayError} nothing was taken.
   * @throws {GatewayFailure | ForeignPaymentError | GatewayUnavailableError}
   */
  async take(order: OrderSnapshot, payment: Payment, actor: string): Promise<SyncedPayment | null> {
    if (payment.status !== 'started') return null;
    assertInTime(order);
    if (!(await this.sale.isStillSold(order, actor))) return null;
    return this.sync.confirm(payment, actor);
  }

  /** The same for a buyer who did not come back: what must not be sold any more is left unpaid, and its order ends. @throws {GatewayFailure | ForeignPaymentError} */
  async takeInAbsence(payment: Payment): Promise<void> {
    const order = await this.reader.byId(payment.orderId);
    if (wasPaid(order.status)) return;
    try {
      await this.take(order, payment, `payment:${payment.processor}`);
    } catch (error) {
      if (error instanceof GatewayUnavailableError) throw error.cause;
      if (!(error instanceof OrderNotPayableError || error instanceof OrderOutdatedError || error instanceof PaymentUnderWayError)) throw error;
    }
  }
}
