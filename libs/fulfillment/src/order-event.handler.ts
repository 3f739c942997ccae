import { Injectable } from '@nestjs/common';
import type { Refusal, Traffic } from '#limits';
import { LINE_TRANSITIONS, OrdersService, sourcesOf, type AnswerTo, type AskedBy, type LineSnapshot, type OrderClaim, type OrderSnapshot, type SettledLine, type SettleResult } from '#orders';
import { DeliveryGate } from './delivery-gate.service.js';
import { FulfillmentService } from './fulfillment.service.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { ProviderPausedError } from './provider-paused.error.js';

/** Who is behind a delivery, for the limits of its provider. */
const TRAFFIC: Readonly<Record<AskedBy['kind'], Traffic>> = { checkout: 'buyer', operator: 'operator', resubmission: 'backlog', retry: 'backlog', callback: 'operator', refund: 'backlog' };

/** What goes with a delivery besides its lines. */
export interface ShippingTerms {
  /** Whose answer is stored with the outcome. */
  readonly answerTo?: AnswerTo;
  /** For `unfinished`: the products' details of today, by product id, instead of those that were sold. */
  readonly details?: Readonly<Record<string, unknown>> | null;
}

/**
 * The one door to delivery: checkout, retry, operator and payment all come in here, and go through the same
 * claim → deliver → settle. (It has the place of django-oscar's `EventHandler`, whose name for it is kept.)
 */
@Injectable()
export class OrderEventHandler {
  constructor(
    private readonly fulfillment: FulfillmentService,
    private readonly orders: OrdersService,
    private readonly outcomes: OutcomeRecorder,
    private readonly gate: DeliveryGate,
  ) {}

  /**
   * Delivers lines of an order and records what came of it, in its lines, its status and its history.
   *
   * @param lines a claim that the caller holds, with leave of the gate for each line; or `unfinished`: whatever can be claimed now.
   * @returns `undefined` when nothing could be claimed.
   * @throws {ProviderPausedError} when all that is unfinished needs a provider that an operator has paused.
   */
  async handleShippingEvent(order: Pick<OrderSnapshot, 'id' | 'lines'>, lines: OrderClaim | 'unfinished', askedBy: AskedBy, terms: ShippingTerms = {}): Promise<SettleResult | undefined> {
    const claim = lines === 'unfinished' ? await this.claimUnfinished(order, askedBy, terms.details ?? null) : lines;
    if (!claim) return undefined;
    return this.outcomes.record(claim, await this.fulfillment.fulfill(claim, TRAFFIC[askedBy.kind]), askedBy, terms.answerTo);
  }

  /**
   * Takes lines of an order back and records what came of it: all of the scope or none is begun.
   *
   * @returns `undefined` when there is nothing in scope, or somebody holds one of its lines.
   * @throws {ProviderPausedError} when an operator has paused a provider that would have to be called.
   * @throws {NotRevocableError | LineAcceptedError} when one of them cannot be taken back at all, or not now.
   */
  async handleReturnEvent(order: Pick<OrderSnapshot, 'id' | 'lines'>, lines: ReturnScope, askedBy: AskedBy): Promise<ReturnResult | undefined> {
    const scope = {
      statuses: sourcesOf(LINE_TRANSITIONS, 'revoke').filter((status) => lines !== 'unfinished' || status !== 'fulfilled'),
      lineIds: typeof lines === 'string' ? null : lines,
    };
    const wanted = order.lines.filter(({ id, status }) => status !== 'revoked' && (lines !== 'unfinished' || status !== 'fulfilled') && (typeof lines === 'string' || lines.includes(id)));
    for (const line of wanted) this.fulfillment.assertRevocable(line);
    const revocation = await this.withLeave(wanted, askedBy, (refused) => {
      // All or none is begun, so one provider that must not be called keeps all from being taken back.
      if (refused.length > 0) return Promise.resolve(undefined);
      return this.orders.claimRevocation(order.id, askedBy, scope);
    }, ({ claim }) => claim);
    if (!revocation) return undefined;
    const settled = await this.fulfillment.refund(revocation, TRAFFIC[askedBy.kind]);
    return { ...(await this.outcomes.record(revocation.claim, settled, askedBy)), settled };
  }

  /**
   * To be asked before something is written for a delivery that comes next.
   *
   * @throws {ProviderPausedError} when an operator has paused a provider that the lines need.
   */
  async assertNotPaused(lines: readonly Pick<LineSnapshot, 'productType'>[], askedBy: AskedBy): Promise<void> {
    await this.withLeave(lines, askedBy, () => Promise.resolve<OrderClaim | undefined>(undefined), (claim) => claim);
  }

  /**
   * For whoever returns money before access is taken back: to be asked before money moves. `handleReturnEvent` asks it again itself.
   *
   * @throws {NotRevocableError | LineAcceptedError}
   */
  assertRevocable(line: LineSnapshot): void {
    this.fulfillment.assertRevocable(line);
  }

  /** Records the end of a claim for which nobody was called. */
  settle(claim: OrderClaim, lines: readonly SettledLine[], askedBy: AskedBy): Promise<SettleResult> {
    return this.outcomes.record(claim, lines, askedBy);
  }

  private claimUnfinished({ id, lines }: Pick<OrderSnapshot, 'id' | 'lines'>, askedBy: AskedBy, details: ShippingTerms['details']): Promise<OrderClaim | undefined> {
    const unfinished = lines.filter(({ status }) => status !== 'fulfilled' && status !== 'revoked');
    const claim = (exceptTypes: readonly string[]) => this.orders.claimUnfinished(id, askedBy, { details: details ?? null, exceptTypes });
    return this.withLeave(unfinished, askedBy, claim, (claimed) => claimed);
  }

  /**
   * Leave is asked before the claim; what is not claimed then, because it is finished or held by somebody, gives it back.
   *
   * @throws {ProviderPausedError} when nothing was claimed and a provider must not be called.
   */
  private async withLeave<Claim>(lines: readonly Pick<LineSnapshot, 'productType'>[], askedBy: AskedBy, take: (refusedTypes: readonly string[]) => Promise<Claim | undefined>, claimOf: (claim: Claim) => OrderClaim): Promise<Claim | undefined> {
    const types = lines.map(({ productType }) => productType);
    let refusal: Refusal | null | undefined;
    const work = (refusals: readonly (Refusal | null)[]) => {
      refusal = refusals.find((one) => one !== null);
      return take(types.filter((_, index) => refusals[index]));
    };
    const claim = await this.gate.withLeave(types, TRAFFIC[askedBy.kind], work, (taken) => claimOf(taken).lines.map(({ line }) => line.productType));
    if (!claim && refusal) throw new ProviderPausedError(refusal.detail, refusal.retryInMs);
    return claim;
  }
}

/** What came of taking lines back. A line that was `settled` as revoked is not, where its provider reported meanwhile that it had delivered it: `order` says how it stands. */
export interface ReturnResult extends SettleResult {
  readonly settled: readonly SettledLine[];
}

/** Which lines to take back: those that are not fulfilled, all, or the named ones. */
export type ReturnScope = 'unfinished' | 'all' | readonly string[];
