import { Injectable } from '@nestjs/common';
import type { ClaimedLine, OrderSnapshot } from '#orders';
import { deliveryRequest } from './delivery-request.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { GuardedCalls, type TimeLimit } from './guarded-calls.js';

/** The calls that the holder of a claim may make. */
@Injectable()
export class FulfillerCalls {
  constructor(private readonly registry: FulfillerRegistry) {}

  /** @throws {ConfigurationFailure} when the line's details no longer fit, or nobody delivers its type any more. */
  of(order: OrderSnapshot, claimed: ClaimedLine, limit: TimeLimit): GuardedCalls {
    const type = this.registry.get(claimed.line.productType);
    const details = type.fulfiller.parseDetails(claimed.details);
    return new GuardedCalls(type, deliveryRequest(order, claimed, details), limit);
  }
}
