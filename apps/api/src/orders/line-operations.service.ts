import { Injectable } from '@nestjs/common';
import { LineDecisions, type LineDecision } from '#fulfillment';
import { LineHolds, LineNotFoundError, OrderReader, type OrderSnapshot } from '#orders';
import { assertPaid } from './order-operations.service.js';

/** A line by the number of its order, who asks, why, and whether he means it whatever the provider says. */
export interface LineRequest extends Pick<LineDecision, 'lineId' | 'askedBy' | 'force'> {
  readonly number: string;
}

/** What an operator does to one line. Every method also throws `OrderNotFoundError` and `LineNotFoundError`. */
@Injectable()
export class LineOperations {
  constructor(
    private readonly reader: OrderReader,
    private readonly holds: LineHolds,
    private readonly decisions: LineDecisions,
  ) {}

  /** @throws {LineFinishedError | LineHeldError} */
  async hold({ number, lineId, askedBy }: LineRequest): Promise<void> {
    const { id: orderId } = await this.reader.byNumber(number);
    await this.holds.hold({ orderId, lineId }, askedBy);
  }

  /** @throws {LineNotHeldError} */
  async release({ number, lineId, askedBy }: LineRequest): Promise<void> {
    const { id: orderId } = await this.reader.byNumber(number);
    await this.holds.release({ orderId, lineId }, askedBy);
  }

  /** @throws {OrderNotPaidError | LineFinishedError | DeliveryInProgressError | NotDeliveredError} */
  async doneElsewhere({ number, ...decision }: LineRequest): Promise<void> {
    await this.decisions.doneElsewhere({ ...decision, order: await this.orderOf(number, decision.lineId) });
  }

  /** @throws {OrderNotPaidError | LineFinishedError | DeliveryInProgressError | NotReadBackError} */
  async giveUp({ number, ...decision }: LineRequest): Promise<void> {
    await this.decisions.giveUp({ ...decision, order: await this.orderOf(number, decision.lineId) });
  }

  private async orderOf(number: string, lineId: string): Promise<OrderSnapshot> {
    const order = await this.reader.byNumber(number);
    if (!order.lines.some(({ id }) => id === lineId)) throw new LineNotFoundError();
    assertPaid(order);
    return order;
  }
}
