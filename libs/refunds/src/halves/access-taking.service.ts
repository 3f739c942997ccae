import { Injectable } from '@nestjs/common';
import { LineAcceptedError, NotRevocableError, OrderEventHandler, ProviderPausedError, type ReturnResult } from '#fulfillment';
import { LINE_TRANSITIONS, OrderReader, OrdersService, sourcesOf, type AskedBy, type LineSnapshot, type OrderSnapshot, type SettledLine } from '#orders';
import type { Refund } from '../refund.js';
import { NOT_FREE_MS, accessVerdict, type AccessVerdict } from './access-verdict.js';

/** What a provider has accepted may take its time; and one that is paused waits for an operator. */
const ACCEPTED_MS = 60_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const BY_CALLER = 'The caller takes the access back himself.';

/** Takes the lines of a refund back by the one door, or lets them go where whoever asked takes them back himself. */
@Injectable()
export class AccessTaking {
  constructor(
    private readonly reader: OrderReader,
    private readonly orders: OrdersService,
    private readonly handler: OrderEventHandler,
  ) {}

  async takeBack(refund: Refund): Promise<AccessVerdict> {
    const order = await this.reader.byId(refund.orderId);
    const left = order.lines.filter(({ id, status }) => status !== 'revoked' && refund.lines.some(({ lineId }) => lineId === id));
    if (left.length === 0) return { result: 'done', notes: [] };
    const askedBy: AskedBy = { kind: 'refund', actor: `refund:${refund.number}`, reason: refund.decisionReason ?? refund.reason };
    try {
      return accessVerdict(await (refund.access === 'caller' ? this.letGo(order, left, askedBy) : this.handler.handleReturnEvent(order, left.map(({ id }) => id), askedBy)));
    } catch (error) {
      if (error instanceof ProviderPausedError) return { result: 'waiting', detail: error.message, inMs: Math.min(LONGEST_PAUSE_MS, Math.max(NOT_FREE_MS, error.retryAfterMs)), notes: [] };
      if (error instanceof LineAcceptedError) return { result: 'waiting', detail: error.message, inMs: ACCEPTED_MS, notes: [] };
      if (error instanceof NotRevocableError) return { result: 'failed', failure: { kind: 'configuration', detail: error.message }, passing: false, notes: [] };
      throw error;
    }
  }

  /** Ends the lines without a call: whoever asked takes back what was delivered, and what was not is delivered no more. */
  private async letGo(order: OrderSnapshot, left: readonly LineSnapshot[], askedBy: AskedBy): Promise<ReturnResult | undefined> {
    for (const line of left) if (line.status === 'accepted') this.handler.assertRevocable(line);
    const revocation = await this.orders.claimRevocation(order.id, askedBy, { statuses: sourcesOf(LINE_TRANSITIONS, 'revoke'), lineIds: left.map(({ id }) => id) });
    if (!revocation) return undefined;
    const { claim } = revocation;
    const settled = claim.lines.map(({ claimId, line }): SettledLine => ({ lineId: line.id, claimId, settlement: { result: 'revoked', reason: BY_CALLER }, attempt: null, mayHaveArrived: false }));
    return { ...(await this.handler.settle(claim, settled, askedBy)), settled };
  }
}
