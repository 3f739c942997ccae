import { availabilityOf, type AvailabilityColumns } from '../availability.js';
import type { RolloutDocument } from '../rollout/rollout.document.js';
import { nextWorkflowChangeAt } from '../rollout/workflow.js';
import type { Offer } from './offer.js';

/** What every row of an offer says of its SKU. */
export interface OfferRow extends AvailabilityColumns {
  readonly sku: string;
  readonly product_type: string;
  readonly details: unknown;
  readonly available_from: Date | null;
  readonly available_until: Date | null;
}

export function offerOf(row: OfferRow): Offer {
  return {
    sku: row.sku,
    productType: row.product_type,
    details: row.details,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    availability: availabilityOf(row),
  };
}

export interface Circumstances {
  readonly at: Date;
  readonly rollout: RolloutDocument | null;
  /** Whether there is an old workflow at all. */
  readonly hasLegacy: boolean;
}

/** The next instant at which something of the offers changes by itself. Their windows are as PostgreSQL judged them: it tells finer times apart than a Date does. */
export function nextChangeAt(offers: readonly Offer[], { at, rollout, hasLegacy }: Circumstances): Date | null {
  const edges = [...offers.map(edgeOf), hasLegacy ? nextWorkflowChangeAt(rollout, at) : null].filter((edge) => edge !== null);
  return edges.reduce<Date | null>((first, edge) => (first === null || edge < first ? edge : first), null);
}

function edgeOf({ availability, availableFrom, availableUntil }: Offer): Date | null {
  if (availability === 'no_longer_sold') return null;
  return availability === 'available' ? availableUntil : availableFrom;
}
