import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { FulfillerRegistry, OrderEventHandler } from '#fulfillment';
import { AlreadyOwnedError, DomainError, IdempotencyRecords, OrdersService, requestedBy, type AskedBy, type NewOrder, type OrderClaim, type RepeatedRequest, type StoredAnswer } from '#orders';
import { priceBasket, type Basket } from './basket.js';
import { CheckoutForbiddenError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { bypassPayment } from './payment-bypass.js';

/** The answer to a checkout, and whether it was given before. */
export interface CheckoutAnswer {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

/** The use case: what is asked for becomes a paid order, and is delivered before the caller has his answer. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly registry: FulfillerRegistry,
    private readonly orders: OrdersService,
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
    const settled = await this.handler.handleShippingEvent(placed.order, placed, askedBy, repeated);
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
    throw placed ?? new AlreadyOwnedError();
  }

  private async tryToPlace(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, repeated: RepeatedRequest): Promise<OrderClaim | DomainError | undefined> {
    try {
      const learner = learnerOf(request, caller);
      const quotes = await this.catalog.quote(request.items.map(({ sku }) => sku));
      const basket = priceBasket(request, quotes, this.registry);
      const payment = bypassPayment(request, basket.totalMinor, caller);
      const { currency, totalMinor } = basket;
      return await this.orders.place({
        id: randomUUIDv7(),
        currency,
        totalMinor,
        learner,
        placedBy: caller.username,
        emailOptIn: request.emailOptIn,
        payment,
        idempotency: { ...repeated.scope, fingerprint: repeated.fingerprint },
        requestedBy: requestedBy(askedBy),
        lines: newLines(basket, caller),
      });
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }
}

/** A learner buys for himself; staff may name somebody else, whose own address is then not known. */
function learnerOf({ learner }: CheckoutRequest, caller: Caller): NewOrder['learner'] {
  if (!learner || learner.username === caller.username) {
    return { username: caller.username, email: caller.email ?? learner?.email ?? null, address: caller.address };
  }
  if (!caller.isStaff) throw new CheckoutForbiddenError('not_your_learner', '/learner/username', 'A learner buys for himself; only staff may name somebody else.');
  return { username: learner.username, email: learner.email ?? null, address: null };
}

function newLines({ lines }: Basket, { isStaff }: Caller): NewOrder['lines'] {
  return lines.map(({ quote, quantity, repeatable }) => ({
    id: randomUUIDv7(),
    claimId: randomUUID(),
    sku: quote.sku,
    productId: quote.productId,
    productType: quote.productType,
    title: quote.title,
    details: quote.details,
    quantity,
    unitPriceMinor: quote.unitPriceMinor,
    soldOnce: !repeatable && !isStaff,
  }));
}
