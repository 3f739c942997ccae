import { workflowOf } from '../rollout/workflow.js';
import type { CourseOfferRow, OfferedCourse, OfferedMode, OfferedSku } from './course-offer.statement.js';
import type { CourseOffer, ModeOffer, Offer } from './offer.js';
import { nextChangeAt, offerOf, type Circumstances } from './offer-row.js';

/** Builds a course's offer of its row. */
export function courseOfferOf({ id, name, partner, modes: offered }: OfferedCourse, row: CourseOfferRow, { rollout, hasLegacy }: Omit<Circumstances, 'at'>): CourseOffer {
  const { at, course_version: course, rollout_version: rolloutVersion } = row;
  const modes = offered.map(modeOf);
  return {
    courseId: id,
    name,
    partner,
    workflow: workflowOf({ id, partner }, rollout, hasLegacy, at),
    modes,
    version: { course, rollout: rolloutVersion },
    at,
    changesAt: nextChangeAt(modes.flatMap((mode) => (mode.bulk ? [mode, mode.bulk] : [mode])), { at, rollout, hasLegacy }),
  };
}

function modeOf({ mode, price_minor: priceMinor, currency, bulk, ...offered }: OfferedMode): ModeOffer {
  return { ...skuOf(offered), mode, priceMinor, currency, bulk: bulk && skuOf(bulk) };
}

function skuOf({ available_from: from, available_until: until, ...offered }: OfferedSku): Offer {
  return offerOf({ ...offered, available_from: from === null ? null : new Date(from), available_until: until === null ? null : new Date(until) });
}
