import { Inject, Injectable } from '@nestjs/common';
import type { Traffic } from '#limits';
import type { LineSnapshot, OrderClaim, RevocationClaim, SettledLine } from '#orders';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import { LineDelivery } from './line-delivery.service.js';
import { LineRevocation } from './line-revocation.service.js';
import { sideBySide } from './side-by-side.js';
import { withinLimit } from './within-limit.js';

/** Lines of one order that are delivered at the same time. More would let one large order take the provider for itself. */
const LINES_AT_A_TIME = 10;

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
   * Whoever calls it has leave of the gate for each of them.
   * At the deadline running calls are aborted, and lines that were not begun are released.
   */
  async fulfill(claim: OrderClaim, traffic: Traffic): Promise<SettledLine[]> {
    return withinLimit(claim, this.options.deadlineMs, (limit) => sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineDelivery.deliver(claim, line, traffic, limit)));
  }

  /**
   * Takes claimed lines back, in the same manner: the access half of a refund, or a cancellation.
   * A line whose access another order still needs is let go without a call.
   */
  async refund({ claim, neededBy }: RevocationClaim, traffic: Traffic): Promise<SettledLine[]> {
    return withinLimit(claim, this.options.deadlineMs, (limit) =>
      sideBySide(claim.lines, LINES_AT_A_TIME, (line) => this.lineRevocation.revoke({ order: claim.order, claimed: line, neededBy: neededBy.get(line.line.id) ?? null, traffic }, limit)),
    );
  }

  /** @throws {NotRevocableError | LineAcceptedError} when a line cannot be taken back at all, or not now. */
  assertRevocable(line: LineSnapshot): void {
    this.lineRevocation.assertRevocable(line);
  }
}
