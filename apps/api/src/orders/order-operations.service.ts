import { Injectable } from '@nestjs/common';
import { OrderEventHandler } from '#fulfillment';
import { DeliveryInProgressError, NothingToCancelError, NothingToResubmitError, OrderReader, type AskedBy, type OrderSnapshot, type SettleResult } from '#orders';
import { ProblemError } from '../problems/problem.js';

const FINISHED = new Set(['fulfilled', 'revoked']);

/** What an operator does to one order. */
@Injectable()
export class OrderOperations {
  constructor(
    private readonly reader: OrderReader,
    private readonly handler: OrderEventHandler,
  ) {}

  /** @throws {OrderNotFoundError | NothingToResubmitError | DeliveryInProgressError} */
  async resubmit(number: string, askedBy: AskedBy): Promise<void> {
    const order = await this.reader.byNumber(number);
    const settled = await this.handler.handleShippingEvent(order, 'unfinished', askedBy);
    if (!settled) throw (await this.isFinished(number)) ? new NothingToResubmitError(number) : new DeliveryInProgressError(number);
  }

  /** @throws {OrderNotFoundError | NothingToCancelError | DeliveryInProgressError} or a problem when access could not be taken back. */
  async cancel(number: string, askedBy: AskedBy): Promise<void> {
    const order = await this.reader.byNumber(number);
    const settled = await this.handler.handleReturnEvent(order, 'unfinished', askedBy);
    if (!settled) throw (await this.isFinished(number)) ? new NothingToCancelError(number) : new DeliveryInProgressError(number);
    if (settled.lostLineIds.length > 0) throw new DeliveryInProgressError(number);
    if (leftOver(settled).length > 0) {
      throw new ProblemError('revocation_failed', 'Some lines may have been delivered and could not be taken back: the attempts of the order say why. Cancel it again when the provider works.');
    }
  }

  /** Read after the claim that failed, so that it judges what the claim saw or something newer. */
  private async isFinished(number: string): Promise<boolean> {
    const { lines }: OrderSnapshot = await this.reader.byNumber(number);
    return lines.every(({ status }) => FINISHED.has(status));
  }
}

function leftOver({ order }: SettleResult): unknown[] {
  return order.lines.filter(({ status }) => status !== 'revoked');
}
