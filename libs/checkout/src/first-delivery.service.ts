import { Injectable } from '@nestjs/common';
import { OrderEventHandler } from '#fulfillment';
import { IdempotencyRecords, type AskedBy, type OrderClaim, type RepeatedRequest, type StoredAnswer } from '#orders';

/** The answer to a request that places an order, and whether it was given before. */
export interface CheckoutAnswer {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

/** Delivers an order that its caller has just placed, and answers his request: once, however often he sends it. */
@Injectable()
export class FirstDelivery {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly handler: OrderEventHandler,
  ) {}

  /** A failed delivery is an answer, not an error. */
  async deliver(placed: OrderClaim, askedBy: AskedBy, repeated: RepeatedRequest): Promise<CheckoutAnswer> {
    // Nothing may be delivered now: every line waits, and that is the answer.
    if (placed.lines.length === 0) return { answer: await this.records.answer(repeated, placed.order), replayed: false };
    const settled = await this.handler.handleShippingEvent(placed.order, placed, askedBy, { answerTo: repeated });
    if (settled?.answer) return { answer: settled.answer, replayed: false };
    // The lease ran out under us and somebody else went on with the order: the answer is what its record says by now.
    const answer = await this.records.replay(repeated);
    if (!answer) throw new Error(`Order ${placed.order.number} has lost its idempotency record.`);
    return { answer, replayed: false };
  }

  /**
   * The answer that the request has already, if any.
   *
   * @throws {IdempotencyKeyReusedError | RequestInProgressError} the key belongs to another request, or to one that still runs.
   */
  async replay(repeated: RepeatedRequest): Promise<CheckoutAnswer | undefined> {
    const answer = await this.records.replay(repeated);
    return answer && { answer, replayed: true };
  }
}
