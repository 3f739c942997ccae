import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { FulfillerRegistry } from '#fulfillment';
import type { IdempotencyScope } from '#orders';
import { ProcessorRegistry } from '#payments';
import { priceBasket, type Basket } from './basket.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { learnerOf } from './learner.js';
import { choosePayment, type AwaitedPayment, type SettledPayment } from './payment-choice.js';
import { pricedOrder, type PricedOrder } from './priced-order.js';

/** What is asked for, at its price, and how it is paid for. Nothing is written yet. */
export interface Offer {
  readonly priced: PricedOrder;
  readonly payment: SettledPayment | AwaitedPayment;
  /** The first moment at which one of its SKUs is no longer sold; null: none ends. */
  readonly soldUntil: Date | null;
}

/** Prices what is asked for, and sees how it is paid for. */
@Injectable()
export class OrderPricing {
  constructor(
    private readonly catalog: CatalogService,
    private readonly registry: FulfillerRegistry,
    private readonly processors: ProcessorRegistry,
  ) {}

  /** @throws {CheckoutRefusedError | CheckoutForbiddenError} */
  async price(request: CheckoutRequest, caller: Caller, idempotency: IdempotencyScope & { readonly fingerprint: string }): Promise<Offer> {
    const learner = learnerOf(request, caller);
    const quotes = await this.catalog.quote(request.items.map(({ sku }) => sku));
    const basket = priceBasket(request, quotes, this.registry);
    const payment = choosePayment(request, basket.totalMinor, caller, this.processors);
    return { payment, priced: pricedOrder({ learner, caller, basket, emailOptIn: request.emailOptIn, idempotency }), soldUntil: soldUntil(basket) };
  }
}

function soldUntil({ lines }: Basket): Date | null {
  const ends = lines.flatMap(({ quote }) => quote.availableUntil ?? []);
  return ends.sort((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
