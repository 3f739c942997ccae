import { Injectable } from '@nestjs/common';
import { OrderHistory, OrdersDatabase, PendingOrders, type Mover, type Runner, type Statement } from '#orders';
import { LOCK_PAYMENT, PAYMENT_COLUMNS, onePayment, type PaymentRow } from '../ledger/payment.statements.js';
import { OrderPaidError } from '../ledger/payment.errors.js';
import type { Payment } from '../ledger/payment.js';
import { PaymentNotParkedError } from './operator.errors.js';

const ACCEPT_PARKED: Statement = {
  name: 'payments.accept_parked',
  text: `update payment set opened_order = true, parked_action = 'done', updated_at = now() where id = $1 returning ${PAYMENT_COLUMNS}`,
};

/** Opens an order with parked money, in one commit. */
@Injectable()
export class ParkedOpening {
  constructor(
    private readonly database: OrdersDatabase,
    private readonly orders: PendingOrders,
    private readonly history: OrderHistory,
  ) {}

  /** @throws {PaymentNotFoundError | PaymentNotParkedError | OrderPaidError | AlreadyOwnedError} nothing was changed. */
  open(payment: Payment, mover: Mover): Promise<Payment> {
    return this.database.transaction((runner) => this.opened(runner, payment, mover));
  }

  private async opened(runner: Runner, { id, orderId, orderNumber }: Payment, mover: Mover): Promise<Payment> {
    await this.orders.lock(runner, orderId);
    const { parked, refundedMinor, reservedMinor, processor, reference } = onePayment(await runner.run<PaymentRow>(LOCK_PAYMENT, [id]));
    if (parked?.action !== 'ask') throw new PaymentNotParkedError('not_parked');
    if (refundedMinor + reservedMinor > 0) throw new PaymentNotParkedError('goes_back');
    if (!(await this.orders.pay(runner, orderId, { processor, reference }, mover))) throw new OrderPaidError(orderNumber, 'this money cannot open it. Return it.');
    await this.history.append(runner, { orderId, actor: mover.actor, event: 'acceptPayment', reason: mover.reason });
    return onePayment(await runner.run<PaymentRow>(ACCEPT_PARKED, [id]));
  }
}
