import { Injectable } from '@nestjs/common';
import { LINE_TRANSITIONS, OrdersService, SettleService, sourcesOf, type AnswerTo, type AskedBy, type OrderClaim, type SettleResult } from '#orders';
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

  /**
   * Takes lines of an order back and records what came of it: all of the scope or none is begun.
   *
   * @returns `undefined` when there is nothing in scope, or somebody holds one of its lines.
   */
  async handleReturnEvent(order: { readonly id: string }, lines: ReturnScope, askedBy: AskedBy): Promise<SettleResult | undefined> {
    const revocation = await this.orders.claimRevocation(order.id, askedBy, {
      statuses: sourcesOf(LINE_TRANSITIONS, 'revoke').filter((status) => lines !== 'unfinished' || status !== 'fulfilled'),
      lineIds: typeof lines === 'string' ? null : lines,
    });
    if (!revocation) return undefined;
    const outcomes = await this.fulfillment.refund(revocation);
    return this.settling.settle(revocation.claim, askedBy.actor, outcomes);
  }
}

/** Which lines to take back: those that are not fulfilled, all, or the named ones. */
export type ReturnScope = 'unfinished' | 'all' | readonly string[];
