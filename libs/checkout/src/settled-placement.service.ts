import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DeliveryGate } from '#fulfillment';
import { OrdersService, requestedBy, type Alongside, type AskedBy, type LineRefusal, type NewOrder, type OrderClaim } from '#orders';
import { PaymentLedger } from '#payments';
import type { SettledPayment } from './payment-choice.js';
import type { PricedOrder } from './priced-order.js';

/** Writes an order whose payment is settled, and whose lines its caller holds and delivers next. */
@Injectable()
export class SettledPlacement {
  constructor(
    private readonly orders: OrdersService,
    private readonly gate: DeliveryGate,
    private readonly ledger: PaymentLedger,
  ) {}

  /**
   * @returns `undefined` when the key is taken, or the learner has or awaits what is sold once.
   * @throws {AlreadyOwnedError} he bought it at this very moment.
   */
  place(priced: PricedOrder, payment: SettledPayment, askedBy: AskedBy): Promise<OrderClaim | undefined> {
    const alongside = payment.owed && priced.totalMinor > 0 ? this.owed(priced, payment) : undefined;
    const place = (refusals: readonly (LineRefusal | null)[]) => this.orders.place(newOrder(priced, payment, askedBy, refusals), alongside);
    return this.gate.withLeave(priced.lines.map(({ productType }) => productType), 'buyer', place);
  }

  /** What is owed is written with what it is owed for. */
  private owed({ id: orderId, totalMinor: amountMinor, currency }: PricedOrder, { processor }: SettledPayment): Alongside {
    return {
      before: () => Promise.resolve(true),
      after: async (runner, orderNumber) => {
        await this.ledger.writeOwed(runner, { id: randomUUIDv7(), orderId, orderNumber, processor, amountMinor, currency });
      },
    };
  }
}

function newOrder(priced: PricedOrder, { processor, reference }: SettledPayment, askedBy: AskedBy, refusals: readonly (LineRefusal | null)[]): NewOrder {
  const lines = priced.lines.map((line, index) => ({ ...line, claimId: randomUUID(), refusal: refusals[index] ?? null }));
  return { ...priced, payment: { processor, reference }, requestedBy: requestedBy(askedBy), lines };
}
