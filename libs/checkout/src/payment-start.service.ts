import { Injectable } from '@nestjs/common';
import { OrderReader, wasPaid, type Order } from '#orders';
import type { StartedAtGateway } from '#payments';
import type { Caller } from './checkout.request.js';
import { assertInTime, ownOrder } from './payable-order.js';
import { PaymentAttempt } from './payment-attempt.service.js';
import { stepOf, type PaymentStep } from './payment-step.js';
import { PaymentUnderWayError } from './payment.errors.js';

/** An order, and what is to be done about its payment: null where it is paid for. */
export interface OrderToPay {
  readonly order: Order;
  readonly step: PaymentStep | null;
}

/** What comes in between, another request or the gateway's word, is looked at anew: so often, and then somebody goes on changing it. */
const MAX_ROUNDS = 5;

/** The use case: a buyer goes on to pay for an order that waits for it, or pays by another way. */
@Injectable()
export class PaymentStart {
  constructor(
    private readonly reader: OrderReader,
    private readonly attempts: PaymentAttempt,
  ) {}

  /**
   * Starts the order's payment, or reminds its gateway of it; by another processor, the one that could be made is called off first. The same request
   * twice at once, also at two replicas, ends in one payment.
   *
   * @param processor as before when left out.
   * @throws {OrderNotFoundError | OrderNotPayableError | OrderOutdatedError | CheckoutRefusedError}
   * @throws {PaymentUnderWayError} its gateway is at work on it, or somebody else has begun another one meanwhile.
   * @throws {GatewayUnavailableError} the order goes on waiting.
   */
  async start(number: string, processor: string | undefined, caller: Caller): Promise<OrderToPay> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const order = await ownOrder(this.reader, number, caller);
      if (wasPaid(order.status)) return { order, step: null };
      assertInTime(order);
      // Two who each want another processor would call one another's payment off for ever, and send the buyer to what is dead.
      const started = await this.attempts.make({ order, processor, actor: caller.username, mayCallOff: round === 0 });
      if (started) return this.answer(started, order, caller);
    }
    throw new PaymentUnderWayError(number);
  }

  /** The order may have ended, or been paid for, while its gateway was asked. What the browser does next is for the buyer, and for who placed the order. */
  private async answer(started: StartedAtGateway, { number, placedBy, learnerUsername }: Order, caller: Caller): Promise<OrderToPay> {
    const order = await ownOrder(this.reader, number, caller);
    if (wasPaid(order.status)) return { order, step: null };
    assertInTime(order);
    const isBuyer = caller.username === placedBy || caller.username === learnerUsername;
    return { order, step: stepOf(started, isBuyer ? started.action : null) };
  }
}
