import { Injectable } from '@nestjs/common';
import { AlreadyOwnedError, DomainError, type AskedBy, type OrderClaim, type RepeatedRequest } from '#orders';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { FirstDelivery, type CheckoutAnswer } from './first-delivery.service.js';
import { OrderPlacement } from './order-placement.service.js';

/** The use case: what is asked for becomes a paid order, and is delivered before the caller has his answer. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly placement: OrderPlacement,
    private readonly delivery: FirstDelivery,
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
    return this.delivery.deliver(placed, askedBy, repeated);
  }

  /** A key that has an answer keeps it, whatever has become of the catalog or the learner since: so it is looked up before a refusal. */
  private async place(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, repeated: RepeatedRequest): Promise<OrderClaim | CheckoutAnswer> {
    const placed = await this.tryToPlace(request, caller, askedBy, repeated);
    if (placed && !(placed instanceof DomainError)) return placed;
    const first = await this.delivery.replay(repeated);
    if (first) return first;
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
