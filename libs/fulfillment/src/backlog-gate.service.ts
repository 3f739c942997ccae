import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '#limits';
import type { OrderClaim } from '#orders';
import { DeliveryGate } from './delivery-gate.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';

/** The gate as the backlog uses it: one line at a time, and with a little patience. */
@Injectable()
export class BacklogGate {
  constructor(
    private readonly gate: DeliveryGate,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  /** Product types whose provider must not be called for the backlog now. */
  blockedTypes(): Promise<string[]> {
    return this.gate.blockedTypes();
  }

  /** Null: leave for one line. Waits a little where only the rate is used up, so that the backlog takes what it may, and no more. */
  async ask(productType: string): Promise<Refusal | null> {
    let leftMs = this.options.waitForLeaveMs;
    for (;;) {
      const [refusal = null] = await this.gate.ask([productType], 'backlog');
      if (refusal?.cause !== 'rate' || refusal.retryInMs > leftMs) return refusal;
      leftMs -= refusal.retryInMs;
      await sleep(refusal.retryInMs);
    }
  }

  /** Claims a line for which there is leave; gives it back where there is no claim to use it. */
  async claimWithLeave(productType: string, take: () => Promise<OrderClaim | undefined>): Promise<OrderClaim | undefined> {
    let claim: OrderClaim | undefined;
    try {
      claim = await take();
      return claim;
    } finally {
      if (!claim) await this.giveBack(productType);
    }
  }

  /** Gives the leave for a line back that is not delivered after all. */
  giveBack(productType: string): Promise<void> {
    return this.gate.giveBack([productType], 'backlog');
  }
}
