import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Quote } from '#catalog';
import { CodeBook, type EnrollmentCode } from '#codes';
import { DeliveryGate } from '#fulfillment';
import { OrdersService, requestedBy, type Alongside, type AskedBy, type LineRefusal, type NewOrder, type OrderClaim } from '#orders';

/** The payment processor of such orders; nobody can name it at checkout. */
const PROCESSOR = 'code';

/** A seat that a code pays for. */
export interface PaidSeat {
  readonly seat: Quote;
  readonly code: EnrollmentCode;
  readonly learner: NewOrder['learner'];
  readonly askedBy: AskedBy;
  readonly idempotency: NewOrder['idempotency'];
}

/** Writes the order by which an enrollment code is redeemed. */
@Injectable()
export class SeatPlacement {
  constructor(
    private readonly gate: DeliveryGate,
    private readonly orders: OrdersService,
    private readonly codes: CodeBook,
  ) {}

  /**
   * Uses the code up and writes the order, both or neither. The caller holds its line, and delivers it next.
   *
   * @returns `undefined` when nothing was written: the code is not good any more, or the learner has or awaits the seat.
   * @throws {AlreadyOwnedError} he bought it at this very moment.
   */
  place(paid: PaidSeat): Promise<OrderClaim | undefined> {
    const { code, learner } = paid;
    const id = randomUUIDv7();
    const alongside: Alongside = {
      before: (runner) => this.codes.redeem(runner, code.code, { username: learner.username, orderId: id }),
      after: (runner, orderNumber) => this.codes.enterOrder(runner, code.code, orderNumber),
    };
    return this.gate.withLeave([paid.seat.productType], 'buyer', ([refusal = null]) => this.orders.place(newOrder(id, paid, refusal), alongside));
  }
}

/** It costs nothing: the order that the code was sold by is what paid for it, and its number says nothing of the code. */
function newOrder(id: string, { seat, code, learner, askedBy, idempotency }: PaidSeat, refusal: LineRefusal | null): NewOrder {
  const { sku, productId, productType, title, details, currency } = seat;
  return {
    id,
    currency,
    totalMinor: 0,
    learner,
    placedBy: askedBy.actor,
    emailOptIn: false,
    payment: { processor: PROCESSOR, reference: code.orderNumber },
    idempotency,
    requestedBy: requestedBy(askedBy),
    // Sold once, whoever asks: a second order would use a code up for nothing.
    lines: [{ id: randomUUIDv7(), claimId: randomUUID(), sku, productId, productType, title, details, quantity: 1, unitPriceMinor: 0, soldOnce: true, refusal }],
  };
}
