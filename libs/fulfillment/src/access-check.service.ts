import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import type { Learner } from '@order-fulfillment/fulfiller-kit';
import { DeliveryGate } from './delivery-gate.service.js';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { GuardedCalls, SETTLE_MARGIN_MS, type CalledType, type TimeLimit } from './guarded-calls.js';
import { reportOf } from './provider-report.js';
import { stackOf } from '#plugins';
import { withinLimit } from './within-limit.js';

/** What somebody may have already. */
export interface Access {
  readonly productType: string;
  /** As the catalog stores them. */
  readonly details: unknown;
  readonly learner: Learner;
  /** The order that it is asked for. */
  readonly orderNumber: string;
  readonly placedAt: Date;
}

/** Asks a provider, before anything is placed, whether a learner has a product already. No transaction is open while it does. */
@Injectable()
export class AccessCheck {
  private readonly logger = new Logger(AccessCheck.name);

  constructor(
    private readonly registry: FulfillerRegistry,
    private readonly gate: DeliveryGate,
  ) {}

  /** Never throws, and takes no longer than one call may. @returns null when nobody could be asked, or nobody could say. */
  async isThere(access: Access): Promise<boolean | null> {
    const { productType } = access;
    const [refusal = null] = await this.gate.ask([productType], 'buyer');
    if (refusal) return null;
    const type = this.registry.get(productType);
    const { timeoutMs } = type;
    const { found, callCount, report } = await withinLimit({ leaseEndsAtMs: performance.now() + timeoutMs + 2 * SETTLE_MARGIN_MS }, timeoutMs, (limit) => this.look(type, access, limit));
    await this.gate.report(productType, 'buyer', callCount, report);
    return found;
  }

  private async look(type: CalledType, { productType, details, learner, orderNumber, placedAt }: Access, limit: TimeLimit) {
    let calls: GuardedCalls | undefined;
    try {
      const request = { idempotencyKey: randomUUID(), orderId: randomUUID(), orderNumber, placedAt, learner, quantity: 1, details: type.fulfiller.parseDetails(details), attempt: 1, acceptedReference: null };
      calls = new GuardedCalls(type, request, limit);
      const found = (await calls.verify()) !== null;
      return { found, callCount: calls.count, report: { outcome: 'answered' } as const };
    } catch (thrown) {
      const callCount = calls?.count ?? 0;
      const failure = failureOf(thrown);
      if (failure.kind === 'unknown') this.logger.error(`The fulfiller of "${productType}" broke down when it was asked for what is there.`, stackOf(thrown));
      return { found: null, callCount, report: reportOf({ result: 'failed', failure, retry: null, unknown: true, mayHaveArrived: false }, callCount) };
    }
  }
}
