import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { OrderEventHandler } from '#fulfillment';
import {
  DeliveryInProgressError,
  LearnerCorrection,
  LineHeldError,
  LineNotFoundError,
  NothingToCancelError,
  NothingToResubmitError,
  NothingToRevokeError,
  OrderNotPaidError,
  OrderReader,
  wasPaid,
  type AskedBy,
  type CorrectedLearner,
  type Order,
  type OrderLine,
  type OrderSnapshot,
  type SettleResult,
} from '#orders';
import { ProblemError } from '../problems/problem.js';

const FINISHED = new Set(['fulfilled', 'revoked']);

/** How an order is sent again. */
export interface ResubmissionRequest {
  readonly askedBy: AskedBy;
  /** By the products' details of today, instead of those that were sold. */
  readonly refreshDetails: boolean;
  /** Whom it should have been for. */
  readonly learner?: CorrectedLearner | undefined;
}

/** What an operator does to one order. */
@Injectable()
export class OrderOperations {
  constructor(
    private readonly reader: OrderReader,
    private readonly handler: OrderEventHandler,
    private readonly catalog: CatalogService,
    private readonly correction: LearnerCorrection,
  ) {}

  /**
   * Sends what is unfinished and not held again. A corrected learner is a commit of its own before that: a process that dies in between leaves
   * the order with the right learner, not sent; sending it again does the rest.
   *
   * @throws {OrderNotFoundError | OrderNotPaidError | NothingToResubmitError | LineHeldError | DeliveryInProgressError | ProviderPausedError}
   * @throws {LearnerFixedError | AlreadyOwnedError} the learner cannot be corrected: nothing was sent.
   */
  async resubmit(number: string, { askedBy, refreshDetails, learner }: ResubmissionRequest): Promise<void> {
    const order = await this.reader.detail(number);
    assertPaid(order);
    const unfinished = unfinishedLines(order);
    if (learner) {
      if (unfinished.every(isHeld)) throw refusal(order);
      await this.handler.assertNotPaused(unfinished, askedBy);
      await this.correction.correct(order.id, learner, askedBy);
    }
    const details = refreshDetails ? await this.catalog.detailsOf(unfinished.map(({ productId }) => productId)) : null;
    const settled = await this.handler.handleShippingEvent(order.snapshot(), 'unfinished', askedBy, { details });
    // Read after the claim that failed, so that it judges what the claim saw or something newer.
    if (!settled) throw refusal(await this.reader.detail(number), learner !== undefined);
  }

  /** @throws {OrderNotFoundError | OrderNotPaidError | NothingToCancelError | LineAcceptedError | DeliveryInProgressError | ProviderPausedError} or a problem when access could not be taken back. */
  async cancel(number: string, askedBy: AskedBy): Promise<void> {
    const order = await this.paid(number);
    const settled = await this.handler.handleReturnEvent(order, 'unfinished', askedBy);
    if (!settled) throw (await this.isFinished(number)) ? new NothingToCancelError(number) : new DeliveryInProgressError(number);
    assertTakenBack(settled);
  }

  /**
   * Takes back what was delivered, and lets go what was not. No money moves here.
   *
   * @throws {OrderNotFoundError | OrderNotPaidError | LineNotFoundError | NothingToRevokeError | NotRevocableError | LineAcceptedError | DeliveryInProgressError | ProviderPausedError}
   *   nothing was begun; or a problem when access could not be taken back.
   */
  async revoke(number: string, scope: 'all' | readonly string[], askedBy: AskedBy): Promise<void> {
    const order = await this.paid(number);
    const unknown = typeof scope === 'string' ? undefined : scope.find((id) => !order.lines.some((line) => line.id === id));
    if (unknown !== undefined) throw new LineNotFoundError();
    const isMeant = ({ id }: { readonly id: string }) => typeof scope === 'string' || scope.includes(id);
    const settled = await this.handler.handleReturnEvent(order, scope, askedBy);
    if (!settled) throw (await this.reader.byNumber(number)).lines.filter(isMeant).every(({ status }) => status === 'revoked') ? new NothingToRevokeError(number) : new DeliveryInProgressError(number);
    assertTakenBack(settled);
  }

  private async paid(number: string): Promise<OrderSnapshot> {
    const order = await this.reader.byNumber(number);
    assertPaid(order);
    return order;
  }

  /** Read after the claim that failed, so that it judges what the claim saw or something newer. */
  private async isFinished(number: string): Promise<boolean> {
    const { lines } = await this.reader.byNumber(number);
    return lines.every(({ status }) => FINISHED.has(status));
  }
}

/** What is paid for stays so: an order that is not may be by the time this is read, and then it is asked again. @throws {OrderNotPaidError} */
export function assertPaid({ number, status }: Pick<OrderSnapshot, 'number' | 'status'>): void {
  if (!wasPaid(status)) throw new OrderNotPaidError(number, status);
}

/** Why nothing of an order was sent. */
function refusal(order: Order, isCorrected = false): Error {
  const unfinished = unfinishedLines(order);
  if (unfinished.length === 0) return new NothingToResubmitError(order.number);
  if (unfinished.every(isHeld)) return new LineHeldError(unfinished.map(({ id }) => id));
  if (isCorrected) return new ProblemError('delivery_in_progress', `The learner of order ${order.number} is corrected. It is being worked on just now, so nothing was sent by this request: look at it again in a moment.`);
  return new DeliveryInProgressError(order.number);
}

function unfinishedLines({ lines }: Order): OrderLine[] {
  return lines.filter(({ status }) => !FINISHED.has(status));
}

function isHeld({ heldAt }: OrderLine): boolean {
  return Boolean(heldAt);
}

/** What was settled is what was claimed: the lines that were to be taken back, and no others. */
function assertTakenBack({ order, lostLineIds }: SettleResult): void {
  if (lostLineIds.length > 0) throw new DeliveryInProgressError(order.number);
  if (order.lines.every(({ status }) => status === 'revoked')) return;
  throw new ProblemError('revocation_failed', 'Some lines, which were or may have been delivered, could not be taken back: the attempts of the order say why. Do it again when the provider works.');
}
