import { Injectable } from '@nestjs/common';
import { AlreadyOwnedError, DomainError, type AskedBy, type OrderClaim } from '#orders';
import type { Caller, CheckoutKey, CheckoutRequest } from './checkout.request.js';
import { FirstDelivery, type CheckoutAnswer } from './first-delivery.service.js';
import { FirstPayment } from './first-payment.service.js';
import { OrderPlacement } from './order-placement.service.js';
import type { PlacedPending } from './pending-placement.service.js';
import { RefusedPurchase } from './refused-purchase.service.js';

/** The use case: what is asked for becomes an order. One that is paid for is delivered before the caller has his answer; of another, the payment is started. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly placement: OrderPlacement,
    private readonly delivery: FirstDelivery,
    private readonly payment: FirstPayment,
    private readonly refused: RefusedPurchase,
  ) {}

  /**
   * Places an order, and delivers it or starts its payment. What fails of that is an answer, not an error.
   *
   * @throws {CheckoutRefusedError | CheckoutForbiddenError | AlreadyOwnedError | OrderWaitsForPaymentError} nothing was written.
   * @throws {IdempotencyKeyReusedError | RequestInProgressError} the key belongs to another request, or to one that still runs.
   */
  async checkout(request: CheckoutRequest, caller: Caller, repeated: CheckoutKey): Promise<CheckoutAnswer> {
    const askedBy: AskedBy = { kind: 'checkout', actor: caller.username, reason: null };
    const placed = await this.place(request, caller, askedBy, repeated);
    if ('replayed' in placed) return placed;
    return 'payment' in placed ? this.payment.start(placed, caller.username, repeated) : this.delivery.deliver(placed, askedBy, repeated);
  }

  /** A key that has an answer keeps it, whatever has become of the catalog or the learner since: so it is looked up before a refusal. */
  private async place(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, repeated: CheckoutKey): Promise<OrderClaim | PlacedPending | CheckoutAnswer> {
    const placed = await this.tryToPlace(request, caller, askedBy, repeated);
    if (placed && !(placed instanceof DomainError)) return placed;
    const first = await this.delivery.replay(repeated);
    if (first) return first;
    // Not refused, not placed, and the key is free: then the learner has it already.
    throw placed === undefined || placed instanceof AlreadyOwnedError ? await this.refused.of(request, caller) : placed;
  }

  private async tryToPlace(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, { scope, fingerprint }: CheckoutKey): Promise<OrderClaim | PlacedPending | DomainError | undefined> {
    try {
      return await this.placement.place(request, caller, askedBy, { ...scope, fingerprint });
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }
}
