import { hasCourseRole } from '../access/caller.js';
import { message, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall } from '../wire/lms-call.js';
import type { Course, User } from '../world/world.schema.js';
import { MESSAGES } from './enrollment.messages.js';

/**
 * Refuses a learner who sits in, or belongs to, a place that the course must not be sold to.
 * Every address of the call is judged, not the nearest one only. The contract is silent on staff; the LMS lets global
 * staff and the course's own team pass.
 */
export function refuseEmbargoed(call: Pick<LmsCall, 'addresses' | 'origin'>, user: User, course: Course | undefined): LmsAnswer | null {
  if (course === undefined || user.isStaff || hasCourseRole(user, course.id)) return null;
  const byAddress = call.addresses.some((address) => course.embargoedAddresses.includes(address));
  const byCountry = user.country !== null && course.embargoedCountries.includes(user.country);
  if (!byAddress && !byCountry) return null;
  // The contract leaves the end of this address open.
  return message(403, MESSAGES.embargoed(course.id), { user_message_url: `${call.origin}/embargo/blocked-message/enrollment/embargo/` });
}
