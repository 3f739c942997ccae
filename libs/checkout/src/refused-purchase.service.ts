import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { FulfillerRegistry } from '#fulfillment';
import { AlreadyOwnedError, OrdersService, PendingOrders, type DomainError } from '#orders';
import { OrderWaitsForPaymentError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { learnerOf } from './learner.js';

/** Says why a learner may not buy what is sold once. */
@Injectable()
export class RefusedPurchase {
  constructor(
    private readonly catalog: CatalogService,
    private readonly registry: FulfillerRegistry,
    private readonly orders: OrdersService,
    private readonly pending: PendingOrders,
  ) {}

  /** The refusal of a request by which nothing was written because its learner has, or awaits, one of its products. */
  async of(request: CheckoutRequest, caller: Caller): Promise<DomainError> {
    const quotes = await this.catalog.quote(request.items.map(({ sku }) => sku));
    const soldOnce = [...quotes.values()].filter(({ productType }) => !this.registry.knows(productType) || !this.registry.get(productType).repeatable);
    return this.ofProducts(learnerOf(request, caller).username, soldOnce.map(({ productId }) => productId));
  }

  /** @throws {AlreadyOwnedError | OrderWaitsForPaymentError} the learner has or awaits the product. */
  async assertFree(username: string, productId: string): Promise<void> {
    if (await this.orders.owns(username, productId)) throw await this.ofProducts(username, [productId]);
  }

  private async ofProducts(username: string, productIds: readonly string[]): Promise<DomainError> {
    const waiting = await this.pending.awaiting(username, productIds);
    return waiting === null ? new AlreadyOwnedError() : new OrderWaitsForPaymentError(waiting);
  }
}
