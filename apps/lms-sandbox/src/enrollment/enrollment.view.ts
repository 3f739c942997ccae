import { offeredModes, modeName } from '../world/course-modes.js';
import type { Enrollment } from '../world/enrollment.store.js';
import type { Course, CourseMode } from '../world/world.schema.js';

/** The LMS's `course_details`. Credit is among the modes; the mobile SKUs are not shown here. */
export function courseDetails(course: Course, now: number, includeExpired = false): Record<string, unknown> {
  return {
    course_id: course.id,
    course_name: course.name,
    enrollment_start: wholeSeconds(course.enrollmentStart),
    enrollment_end: wholeSeconds(course.enrollmentEnd),
    course_start: wholeSeconds(course.start),
    course_end: wholeSeconds(course.end),
    invite_only: course.inviteOnly,
    course_modes: offeredModes(course, now, includeExpired).map(modeDetails),
    pacing_type: course.pacing === 'self' ? 'Self Paced' : 'Instructor Paced',
  };
}

/** The enrollment object of a single GET, of list items and of a successful POST. */
export function enrollmentDetails(enrollment: Enrollment, course: Course, now: number): Record<string, unknown> {
  return {
    created: microseconds(enrollment.createdAt),
    mode: enrollment.mode,
    is_active: enrollment.isActive,
    course_details: courseDetails(course, now),
    user: enrollment.username,
  };
}

/** The LMS prints six digits of a second; the sandbox knows three. */
export function microseconds(iso: string): string {
  return iso.replace(/(\.\d{3})Z$/, '$1000Z');
}

/** As the LMS prints the instants of a course: UTC, whole seconds. */
export function wholeSeconds(iso: string | null): string | null {
  return iso === null ? null : new Date(iso).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function modeDetails(mode: CourseMode): Record<string, unknown> {
  return {
    slug: mode.slug,
    name: modeName(mode),
    min_price: mode.minPrice,
    suggested_prices: mode.suggestedPrices,
    currency: mode.currency,
    expiration_datetime: wholeSeconds(mode.expiresAt),
    description: mode.description,
    sku: mode.sku,
    bulk_sku: mode.bulkSku,
  };
}
