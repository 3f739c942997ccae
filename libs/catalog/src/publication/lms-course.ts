import type { LmsCourse, LmsMode } from '#lms';
import type { Course, CourseMode } from '../courses/course.js';
import { minorDigits } from '../currency.js';

/** Modes that the LMS does not let expire. */
const NEVER_EXPIRING: ReadonlySet<string> = new Set(['professional', 'no-id-professional']);

/** The course as the LMS shall have it. A price that is not in whole units stays so, for the caller to refuse: the LMS would take none. */
export function lmsCourseOf({ id, name, verificationDeadline, modes }: Course): LmsCourse {
  return { id, name, verificationDeadline, modes: modes.map(lmsModeOf) };
}

function lmsModeOf({ mode, priceMinor, currency, sku, bulkSku, expires, androidSku, iosSku }: CourseMode): LmsMode {
  const price = priceMinor / 10 ** minorDigits(currency);
  return { slug: mode, price, currency, sku, bulkSku, expires: NEVER_EXPIRING.has(mode) ? null : expires, androidSku, iosSku };
}
