import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { DeliveryGate, FulfillerRegistry } from '#fulfillment';
import { OrdersService, requestedBy, type AskedBy, type IdempotencyScope, type LineRefusal, type NewOrder, type OrderClaim } from '#orders';
import { priceBasket, type Basket } from './basket.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { learnerOf } from './learner.js';
import { bypassPayment } from './payment-bypass.js';

/** Prices what is asked for, settles its payment and writes the order. */
@Injectable()
export class OrderPlacement {
  constructor(
    private readonly catalog: CatalogService,
    private readonly registry: FulfillerRegistry,
    private readonly orders: OrdersService,
    private readonly gate: DeliveryGate,
  ) {}

  /**
   * Writes an order whose lines the caller holds and delivers next.
   *
   * @returns `undefined` when the key is taken, or the learner has or awaits what is sold once.
   * @throws {CheckoutRefusedError | CheckoutForbiddenError | AlreadyOwnedError} nothing was written.
   */
  async place(request: CheckoutRequest, caller: Caller, askedBy: AskedBy, key: IdempotencyScope & { readonly fingerprint: string }): Promise<OrderClaim | undefined> {
    const learner = learnerOf(request, caller);
    const quotes = await this.catalog.quote(request.items.map(({ sku }) => sku));
    const basket = priceBasket(request, quotes, this.registry);
    const { currency, totalMinor } = basket;
    const payment = bypassPayment(request, totalMinor, caller);
    const types = basket.lines.map(({ quote }) => quote.productType);
    const place = (refusals: readonly (LineRefusal | null)[]) => this.orders.place({
      id: randomUUIDv7(),
      currency,
      totalMinor,
      learner,
      placedBy: caller.username,
      emailOptIn: request.emailOptIn,
      payment,
      idempotency: key,
      requestedBy: requestedBy(askedBy),
      lines: newLines(basket, caller, refusals),
    });
    return this.gate.withLeave(types, 'buyer', place);
  }
}

function newLines({ lines }: Basket, { isStaff }: Caller, refusals: readonly (LineRefusal | null)[]): NewOrder['lines'] {
  return lines.map(({ quote, quantity, repeatable }, index) => ({
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
    refusal: refusals[index] ?? null,
  }));
}
