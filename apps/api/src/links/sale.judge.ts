import { Injectable } from '@nestjs/common';
import type { Offer, Unavailability, Workflow } from '#catalog';
import { FulfillerRegistry } from '#fulfillment';

/** Judges whether an offer can be bought, as checkout does; what the old workflow sells, that one judges. */
@Injectable()
export class SaleJudge {
  constructor(private readonly registry: FulfillerRegistry) {}

  /** Why it cannot be bought now; null: nothing here speaks against it. Of what the old workflow sells, neither our window nor our fulfillers know. */
  reasonAgainst({ availability, productType, details }: Offer, workflow: Workflow): Unavailability | null {
    if (workflow === 'legacy') return null;
    if (availability !== 'available') return availability;
    // Asked first, because an error that is thrown for each course takes longer than all else.
    if (!this.registry.knows(productType)) return 'product_misconfigured';
    return this.registry.misconfiguration(productType, details) === null ? null : 'product_misconfigured';
  }
}
