import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { OrderClaim, RevocationClaim, SettledLine } from '#orders';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import type { TimeLimit } from './guarded-calls.js';
import { LineDelivery } from './line-delivery.service.js';
import { LineRevocation } from './line-revocation.service.js';
import { sideBySide } from './side-by-side.js';

/** Lines of one order that are delivered at the same time. More would let one large order take the provider for itself. */
const LINES_AT_A_TIME = 10;
/** How long before its lease ends a holder stops, so that it can still settle. */
const SETTLE_MARGIN_MS = 1_000;

/** The two public verbs of fulfillment: give the product, take it back. Each says success or failure for every line, and writes nothing. */
@Injectable()
export class FulfillmentService {
  constructor(
    private readonly lineDelivery: LineDelivery,
    private readonly lineRevocation: LineRevocation,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  /**
   * Delivers claimed lines side by side, with one deadline for all.
   * At the deadline running calls are aborted, and lines that were not begun are released.
   */
  async fulfill(claim: OrderClaim): Promise<SettledLine[]> {
    return this.withinLimit(claim, (limit) => sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineDelivery.deliver(claim.order, line, limit)));
  }

  /**
   * Takes claimed lines back, in the same manner: the access half of a refund, or a cancellation.
   * A line whose access another order still needs is let go without a call.
   */
  async refund({ claim, neededBy }: RevocationClaim): Promise<SettledLine[]> {
    return this.withinLimit(claim, (limit) =>
      sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineRevocation.revoke(claim.order, line, neededBy.get(line.line.id) ?? null, limit)),
    );
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
