import { Injectable } from '@nestjs/common';
import { OrdersService, SettleService, type AnswerTo, type AskedBy, type OrderClaim, type SettleResult } from '#orders';
import { FulfillmentService } from './fulfillment.service.js';

/**
 * The one door to delivery: checkout, retry, operator and payment all come in here, and go through the same
 * claim → deliver → settle. (It has the place of django-oscar's `EventHandler`, whose name for it is kept.)
 */
@Injectable()
export class OrderEventHandler {
  constructor(
    private readonly fulfillment: FulfillmentService,
    private readonly orders: OrdersService,
    private readonly settling: SettleService,
  ) {}

  /**
   * Delivers lines of an order and records what came of it, in its lines, its status and its history.
   *
   * @param lines a claim that the caller holds, or `unfinished`: whatever can be claimed now.
   * @returns `undefined` when nothing could be claimed.
   */
  async handleShippingEvent(order: { readonly id: string }, lines: OrderClaim | 'unfinished', askedBy: AskedBy, answerTo?: AnswerTo): Promise<SettleResult | undefined> {
    const claim = lines === 'unfinished' ? await this.orders.claimUnfinished(order.id, askedBy) : lines;
    if (!claim) return undefined;
    const outcomes = await this.fulfillment.fulfill(claim);
    return this.settling.settle(claim, askedBy.actor, outcomes, answerTo);
  }
}
