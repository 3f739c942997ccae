import { Injectable } from '@nestjs/common';
import type { AskedBy, IdempotencyScope, OrderClaim } from '#orders';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { OrderPricing } from './order-pricing.service.js';
import { PendingPlacement, type PlacedPending } from './pending-placement.service.js';
import { SettledPlacement } from './settled-placement.service.js';

/** Writes the order of what is asked for. */
@Injectable()
export class OrderPlacement {
  constructor(
    private readonly pricing: OrderPricing,
    private readonly settled: SettledPlacement,
    private readonly pending: PendingPlacement,
  ) {}

  /**
   * Writes an order whose lines the caller holds and delivers next; or one that waits for its money, whose payment he starts next.
   *
   * @returns `undefined` when the key is taken, or the learner has or awaits what is sold once.
   * @throws {CheckoutRefusedError | CheckoutForbiddenError | AlreadyOwnedError} nothing was written.
   */
  async place(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, key: IdempotencyScope & { readonly fingerprint: string }): Promise<OrderClaim | PlacedPending | undefined> {
    const { priced, payment, soldUntil } = await this.pricing.price(request, caller, key);
    return payment.kind === 'awaited' ? this.pending.place(priced, payment, soldUntil) : this.settled.place(priced, payment, askedBy);
  }
}
