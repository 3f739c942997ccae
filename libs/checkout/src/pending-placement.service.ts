import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PendingOrders, type Alongside, type OrderSnapshot } from '#orders';
import { PaymentLedger, type Payment } from '#payments';
import { CHECKOUT_OPTIONS, type CheckoutOptions } from './checkout.options.js';
import type { AwaitedPayment } from './payment-choice.js';
import type { PricedOrder } from './priced-order.js';

/** An order that waits for its money, and the payment that is to bring it: written, and not started. */
export interface PlacedPending {
  readonly order: OrderSnapshot;
  readonly payment: Payment;
}

/** Writes an order that waits for its money, together with its payment: before any gateway hears of it. */
@Injectable()
export class PendingPlacement {
  constructor(
    private readonly orders: PendingOrders,
    private readonly ledger: PaymentLedger,
    @Inject(CHECKOUT_OPTIONS) private readonly options: CheckoutOptions,
  ) {}

  /**
   * @param waitsUntil the first moment at which one of its SKUs is no longer sold.
   * @returns `undefined` when the key is taken, or the learner has or awaits what is sold once.
   * @throws {AlreadyOwnedError} he bought it at this very moment.
   */
  async place(priced: PricedOrder, { processor }: AwaitedPayment, waitsUntil: Date | null): Promise<PlacedPending | undefined> {
    const { id: orderId, totalMinor: amountMinor, currency } = priced;
    let payment: Payment | undefined;
    const alongside: Alongside = {
      before: () => Promise.resolve(true),
      after: async (runner, orderNumber) => {
        payment = await this.ledger.write(runner, { id: randomUUIDv7(), orderId, orderNumber, processor, amountMinor, currency });
      },
    };
    const order = await this.orders.place({ ...priced, processor, waitsForMs: this.options.pendingOrderTtlMs, waitsUntil }, alongside);
    return order && payment && { order, payment };
  }
}
