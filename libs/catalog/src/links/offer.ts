import type { Availability } from '../availability.js';
import type { Workflow } from '../rollout/workflow.js';

/** A SKU that is offered, as it was at one moment by PostgreSQL's clock. */
export interface Offer {
  readonly sku: string;
  readonly productType: string;
  /** As stored: the product type's fulfiller reads them. */
  readonly details: unknown;
  readonly availableFrom: Date | null;
  /** The first instant at which it is no longer sold. */
  readonly availableUntil: Date | null;
  readonly availability: Availability;
}

/** One mode of a course. */
export interface ModeOffer extends Offer {
  /** The slug, e.g. `verified`. */
  readonly mode: string;
  readonly priceMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The SKU of its enrollment codes. */
  readonly bulk: Offer | null;
}

/** The versions of what an offer was read from, as PostgreSQL writes them. Whatever changes an offer, but for time, changes one of them. */
export interface OfferVersion {
  readonly course: string;
  /** Null: there was no rollout. */
  readonly rollout: string | null;
}

/** How a course is sold, and until when this is known to stay so. */
export interface CourseOffer {
  readonly courseId: string;
  readonly name: string;
  readonly partner: string;
  readonly workflow: Workflow;
  readonly modes: readonly ModeOffer[];
  readonly version: OfferVersion;
  /** When it was read, by PostgreSQL's clock. */
  readonly at: Date;
  /** The next instant at which a window opens or closes, or a rule of the rollout begins or ends; not before `at`. Null: there is none. */
  readonly changesAt: Date | null;
}

/** What a link to a SKU has to know of it. */
export interface SkuOffer extends Offer {
  readonly title: string;
  /** Null where it is no seat. */
  readonly courseId: string | null;
  readonly mode: string | null;
  readonly priceMinor: number;
  readonly currency: string;
  /** Nobody is to be sent to it any more, whoever sells its course. */
  readonly isWithdrawn: boolean;
  /** What belongs to no course is sold here. */
  readonly workflow: Workflow;
}

/** Offers of one moment. */
export interface SkuOffers {
  /** By SKU. What is unknown is not here. */
  readonly offers: ReadonlyMap<string, SkuOffer>;
  readonly at: Date;
  readonly changesAt: Date | null;
}
