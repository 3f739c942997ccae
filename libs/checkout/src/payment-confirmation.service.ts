import { Injectable } from '@nestjs/common';
import { OrderReader, wasPaid, type Order } from '#orders';
import { PaymentLedger, PaymentSync, livingOf, type Payment, type SyncedPayment } from '#payments';
import { ApprovedPayments } from './approved-payments.service.js';
import type { Caller } from './checkout.request.js';
import { fromGateway } from './from-gateway.js';
import { assertInTime, ownOrder } from './payable-order.js';
import type { OrderToPay } from './payment-start.service.js';
import { stepOf, stepUnknown } from './payment-step.js';
import { OrderNotPayableError } from './payment.errors.js';

/** The use case: a buyer's browser says that he has paid, or agreed to. Nothing of that is believed: the gateway is asked. */
@Injectable()
export class PaymentConfirmation {
  constructor(
    private readonly reader: OrderReader,
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    private readonly approved: ApprovedPayments,
  ) {}

  /**
   * Reads the order's payment back, takes the money where the buyer has agreed to it, and delivers what was paid for.
   *
   * @throws {OrderNotFoundError | OrderNotPayableError | OrderOutdatedError | PaymentUnderWayError}
   * @throws {GatewayUnavailableError} how it stands is read back by the scheduler.
   */
  async confirm(number: string, caller: Caller): Promise<OrderToPay> {
    const order = await ownOrder(this.reader, number, caller);
    if (wasPaid(order.status)) return { order, step: null };
    const payment = await this.paymentOf(order);
    if (!payment) return this.unstarted(order);
    const synced = await fromGateway(this.sync.check(payment, caller.username));
    return this.answer(number, caller, synced.state === 'approved' ? await this.taken(order, synced, caller) : synced);
  }

  /** The one that a buyer can still make; else the last of which any was told: it may have been paid all the same. */
  private async paymentOf({ id }: Order): Promise<Payment | undefined> {
    const payments = await this.ledger.ofOrder(id);
    return livingOf(payments) ?? payments.find(({ reference }) => reference !== null);
  }

  private unstarted(order: Order): OrderToPay {
    assertInTime(order);
    return { order, step: stepUnknown(order.snapshot()) };
  }

  /** The buyer has agreed: now what he agreed to is looked at again, and then the money is taken. */
  private async taken(order: Order, synced: SyncedPayment, { username }: Caller): Promise<SyncedPayment> {
    return (await fromGateway(this.approved.take(order.snapshot(), synced.payment, username))) ?? synced;
  }

  private async answer(number: string, caller: Caller, synced: SyncedPayment): Promise<OrderToPay> {
    const order = await ownOrder(this.reader, number, caller);
    if (wasPaid(order.status)) return { order, step: null };
    if (order.status === 'expired') throw new OrderNotPayableError(number, 'expired');
    return { order, step: stepOf(synced) };
  }
}
