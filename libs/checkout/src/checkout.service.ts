import { Injectable } from '@nestjs/common';
import { OrderEventHandler } from '#fulfillment';
import { AlreadyOwnedError, DomainError, IdempotencyRecords, type AskedBy, type OrderClaim, type RepeatedRequest, type StoredAnswer } from '#orders';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { OrderPlacement } from './order-placement.service.js';

/** The answer to a checkout, and whether it was given before. */
export interface CheckoutAnswer {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

/** The use case: what is asked for becomes a paid order, and is delivered before the caller has his answer. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly placement: OrderPlacement,
    private readonly records: IdempotencyRecords,
    private readonly handler: OrderEventHandler,
  ) {}

  /**
   * Places and delivers an order. A failed delivery is an answer, not an error.
   *
   * @throws {CheckoutRefusedError | CheckoutForbiddenError | AlreadyOwnedError} nothing was written.
   * @throws {IdempotencyKeyReusedError | RequestInProgressError} the key belongs to another request, or to one that still runs.
   */
  async checkout(request: CheckoutRequest, caller: Caller, repeated: RepeatedRequest): Promise<CheckoutAnswer> {
    const askedBy: AskedBy = { kind: 'checkout', actor: caller.username, reason: null };
    const placed = await this.place(request, caller, askedBy, repeated);
    if ('replayed' in placed) return placed;
    // Nothing may be delivered now: every line waits, and that is the answer.
    if (placed.lines.length === 0) return { answer: await this.records.answer(repeated, placed.order), replayed: false };
    const settled = await this.handler.handleShippingEvent(placed.order, placed, askedBy, { answerTo: repeated });
    if (settled?.answer) return { answer: settled.answer, replayed: false };
    // The lease ran out under us and somebody else went on with the order: the answer is what its record says by now.
    const answer = await this.records.replay(repeated);
    if (!answer) throw new Error(`Order ${placed.order.number} has lost its idempotency record.`);
    return { answer, replayed: false };
  }

  /** A key that has an answer keeps it, whatever has become of the catalog or the learner since: so it is looked up before a refusal. */
  private async place(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, repeated: RepeatedRequest): Promise<OrderClaim | CheckoutAnswer> {
    const placed = await this.tryToPlace(request, caller, askedBy, repeated);
    if (placed && !(placed instanceof DomainError)) return placed;
    const answer = await this.records.replay(repeated);
    if (answer) return { answer, replayed: true };
    // Not refused, not placed, and the key is free: then the learner has it already.
    throw placed ?? new AlreadyOwnedError();
  }

  private async tryToPlace(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, { scope, fingerprint }: RepeatedRequest): Promise<OrderClaim | DomainError | undefined> {
    try {
      return await this.placement.place(request, caller, askedBy, { ...scope, fingerprint });
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }
}
