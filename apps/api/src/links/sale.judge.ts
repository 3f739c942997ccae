import { Injectable } from '@nestjs/common';
import type { Offer, Unavailability, Workflow } from '#catalog';
import { FulfillerRegistry } from '#fulfillment';

/** Judges whether an offer can be bought, as checkout does. */
@Injectable()
export class SaleJudge {
  constructor(private readonly registry: FulfillerRegistry) {}

  /** Why it cannot be bought now; null: it can. Whether it can be delivered is asked only where this service delivers it. */
  reasonAgainst({ availability, productType, details }: Offer, workflow: Workflow): Unavailability | null {
    if (availability !== 'available') return availability;
    if (workflow === 'legacy') return null;
    // Asked first, because an error that is thrown for each course takes longer than all else.
    if (!this.registry.knows(productType)) return 'product_misconfigured';
    return this.registry.misconfiguration(productType, details) === null ? null : 'product_misconfigured';
  }
}
