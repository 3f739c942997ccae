import { hasCourseRole } from '../access/caller.js';
import { json, message, type LmsAnswer } from '../wire/lms-answer.js';
import { defaultModeSlug } from '../world/course-modes.js';
import type { Course, User } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import { forces, type EnrollmentCase, type Kept, type Refused, type Steps } from './enrollment.case.js';
import { MESSAGES } from './enrollment.messages.js';
import { refuseUnavailableMode } from './mode.rules.js';

/**
 * A new enrollment, or a repeated one: mode, window and cap are judged **before** it is seen that the learner is
 * enrolled already. So the same request again is refused once the mode has expired or the course has closed or filled up.
 */
export function planAddition(subject: EnrollmentCase, world: World): Refused | Kept | Steps {
  const { request, course, record } = subject;
  const now = world.clock.now();
  const standard = defaultModeSlug(course, now);
  const mode = request.mode ?? standard;
  // To switch off is allowed in a mode that has expired; the LMS looks at the flag only.
  const includeExpired = forces(subject) || request.isActive === false;
  const unavailable = refuseUnavailableMode(course, { mode, requested: request.mode, includeExpired }, now);
  if (unavailable !== null) return unavailable;
  const refusal = refuseEntry(subject, world);
  if (refusal !== null) return { refusal };
  if (record?.isActive === true) return { kept: record };
  // First on, in the course's default mode; then what was asked for.
  return { steps: [{ mode: standard, isActive: true }, { mode, isActive: request.isActive !== false }] };
}

function refuseEntry(subject: EnrollmentCase, world: World): LmsAnswer | null {
  const { user, course } = subject;
  const isClosed = !forces(subject) && isClosedTo(user, course, world);
  const isFull = course.maxEnrollments !== null && world.enrollments.countActive(course.id) >= course.maxEnrollments;
  if (isClosed || isFull) return message(400, MESSAGES.failed(user.username, course.id));
  if (course.vetoMessage === null) return null;
  return json(403, { message: course.vetoMessage, localizedMessage: course.vetoMessage });
}

/** A row that allows this person, or staff, overrides; an invitation-only course is closed to all others. */
function isClosedTo(user: User, course: Course, world: World): boolean {
  if (user.isStaff || hasCourseRole(user, course.id) || world.isEnrollmentAllowed(user.email, course.id)) return false;
  if (course.inviteOnly) return true;
  const now = world.clock.now();
  const hasOpened = course.enrollmentStart === null || Date.parse(course.enrollmentStart) < now;
  const hasEnded = course.enrollmentEnd !== null && Date.parse(course.enrollmentEnd) <= now;
  return !hasOpened || hasEnded;
}
