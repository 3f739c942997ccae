import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { OrdersService, SettleService, sourcesOf, LINE_TRANSITIONS, type AskedBy, type OrderClaim, type SettleResult, type SettledLine } from '#orders';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import type { TimeLimit } from './guarded-calls.js';
import { LineDelivery } from './line-delivery.service.js';
import { LineRevocation } from './line-revocation.service.js';
import { sideBySide } from './side-by-side.js';

/** Lines of one order that are delivered at the same time. More would let one large order take the provider for itself. */
const LINES_AT_A_TIME = 10;
/** How long before its lease ends a holder stops, so that it can still settle. */
const SETTLE_MARGIN_MS = 1_000;

/** Which lines to take back. */
export interface RefundScope {
  readonly orderId: string;
  /** `unfinished` leaves fulfilled lines alone. */
  readonly lines: 'unfinished' | 'all' | readonly string[];
}

/** The two public verbs of fulfillment: give the product, take it back. Each says success or failure for every line. */
@Injectable()
export class FulfillmentService {
  constructor(
    private readonly lineDelivery: LineDelivery,
    private readonly lineRevocation: LineRevocation,
    private readonly orders: OrdersService,
    private readonly settling: SettleService,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  /**
   * Delivers claimed lines side by side, with one deadline for all. Nothing is written: settle the outcomes.
   * At the deadline running calls are aborted, and lines that were not begun are released.
   */
  async fulfill(claim: OrderClaim): Promise<SettledLine[]> {
    return this.withinLimit(claim, (limit) => sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineDelivery.deliver(claim.order, line, limit)));
  }

  /**
   * Takes lines back: the access half of a refund, or a cancellation. Claims all of them or none.
   *
   * @returns what each line came to, or `undefined` when there is nothing in scope or somebody holds one of the lines.
   */
  async refund({ orderId, lines }: RefundScope, askedBy: AskedBy): Promise<SettleResult | undefined> {
    const statuses = sourcesOf(LINE_TRANSITIONS, 'revoke').filter((status) => lines !== 'unfinished' || status !== 'fulfilled');
    const scope = { statuses, lineIds: typeof lines === 'string' ? null : lines };
    const revocation = await this.orders.claimRevocation(orderId, askedBy, scope);
    if (!revocation) return undefined;
    const { claim, neededBy } = revocation;
    const settled = await this.withinLimit(claim, (limit) =>
      sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineRevocation.revoke(claim.order, line, neededBy.get(line.line.id) ?? null, limit)),
    );
    return this.settling.settle(claim, askedBy.actor, settled);
  }

  private async withinLimit<Result>({ leaseEndsAtMs }: OrderClaim, work: (limit: TimeLimit) => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const leftMs = leaseEndsAtMs - SETTLE_MARGIN_MS - performance.now();
    const timer = setTimeout(() => stop.abort(), Math.max(0, Math.min(this.options.deadlineMs, leftMs)));
    try {
      return await work({ signal: stop.signal, leaseEndsAtMs });
    } finally {
      clearTimeout(timer);
    }
  }
}
