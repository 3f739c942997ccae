import { Injectable } from '@nestjs/common';
import { OrderReader, isUnpaid, type Order } from '#orders';
import { OrderExpiry, OrderPaidError } from '#payments';
import type { Caller } from './checkout.request.js';
import { fromGateway } from './from-gateway.js';
import { ownOrder } from './payable-order.js';
import { PaymentUnderWayError } from './payment.errors.js';

/** The use case: an order that waits for its money is given up. */
@Injectable()
export class PaymentAbandonment {
  constructor(
    private readonly reader: OrderReader,
    private readonly expiry: OrderExpiry,
  ) {}

  /**
   * Calls its payment off and ends the order; one that has ended unpaid already stays as it is.
   *
   * @throws {OrderNotFoundError | OrderPaidError} it is paid for, perhaps just now.
   * @throws {PaymentUnderWayError} the gateway is at work on its payment: the order goes on waiting.
   * @throws {GatewayUnavailableError} the order goes on waiting.
   */
  async giveUp(number: string, reason: string, caller: Caller): Promise<Order> {
    const order = await ownOrder(this.reader, number, caller);
    const calledOff = isUnpaid(order.status) ? await fromGateway(this.expiry.callOff(order.id, { actor: caller.username, reason })) : null;
    if (calledOff === 'under_way') throw new PaymentUnderWayError(number);
    const ended = await ownOrder(this.reader, number, caller);
    if (ended.status !== 'expired') throw new OrderPaidError(number, 'it cannot be given up. Who wants his money back asks for a refund.');
    return ended;
  }
}
