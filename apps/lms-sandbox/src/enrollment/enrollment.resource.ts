import { isPrivileged, usernameOf, type Caller } from '../access/caller.js';
import { empty, json, type Effect, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import { isCourseKey } from '../world/course-key.js';
import type { Enrollment } from '../world/enrollment.store.js';
import type { Course } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import type { EnrollmentPlan } from './enrollment.case.js';
import { readEnrollmentRequest } from './enrollment.request.js';
import { decideEnrollment } from './enrollment.rules.js';
import { enrollmentDetails } from './enrollment.view.js';

/** `enrollment` (list, POST) and `enrollment/…` (one). The POST has no variant with a slash at its end. */
export function enrollmentResources(world: World): readonly Resource[] {
  return [
    {
      path: '/api/enrollment/v1/enrollment',
      access: 'key_or_user',
      throttled: true,
      operations: { GET: (call) => listEnrollments(call, world), POST: (call) => enroll(call, world) },
    },
    {
      path: '/api/enrollment/v1/enrollment/*',
      accepts: (rest) => isCourseKey(rest.slice(rest.indexOf(',') + 1)),
      access: 'key_or_user',
      throttled: true,
      operations: { GET: (call) => showEnrollment(call, world) },
    },
  ];
}

function enroll(call: LmsCall, world: World): LmsAnswer {
  const decision = decideEnrollment(readEnrollmentRequest(call.body), call, world);
  if ('refusal' in decision) return decision.refusal;
  if ('kept' in decision) return show(decision.kept, world, 'unchanged');
  const { enrollment, effect } = carryOut(decision, world);
  return decision.lateRefusal === null ? show(enrollment, world, effect) : { ...decision.lateRefusal, effect };
}

function carryOut(plan: EnrollmentPlan, { enrollments, clock }: World): { enrollment: Enrollment; effect: Effect } {
  const at = clock.nowIso();
  const found = enrollments.find(plan.user.username, plan.course.id);
  const before = found === undefined ? null : { mode: found.mode, isActive: found.isActive };
  const enrollment = found ?? enrollments.create(plan.user.username, plan.course.id, plan.steps[0]?.mode ?? '', at);
  for (const step of plan.steps) enrollments.moveTo(enrollment, step, at);
  if (plan.attributes !== null) enrollments.replaceAttributes(enrollment, plan.attributes);
  if (plan.cohort !== null) enrollment.cohort = plan.cohort;
  return { enrollment, effect: effectOf(before, enrollment) };
}

/** Compares the ends only: an enrollment that went on and off again within one call is unchanged. */
function effectOf(before: { mode: string; isActive: boolean } | null, after: Enrollment): Effect {
  if (before === null) return 'created';
  if (before.isActive && !after.isActive) return 'deactivated';
  return before.mode === after.mode && before.isActive === after.isActive ? 'unchanged' : 'changed';
}

function showEnrollment({ rest, caller }: LmsCall, world: World): LmsAnswer {
  const comma = rest.indexOf(',');
  const username = comma === -1 ? usernameOf(caller) : rest.slice(0, comma);
  const courseId = rest.slice(comma + 1);
  if (username !== usernameOf(caller) && !isPrivileged(caller)) return empty(404);
  const enrollment = world.enrollments.find(username, courseId);
  return enrollment === undefined ? json(200, null) : show(enrollment, world, 'none');
}

function listEnrollments({ query, caller }: LmsCall, world: World): LmsAnswer {
  const username = query.get('user') ?? usernameOf(caller);
  const visible = world.enrollments.ofUser(username).flatMap((enrollment) => {
    const course = world.courses.get(enrollment.courseId);
    return course !== undefined && enrollment.isActive && maySee(caller, username, course) ? [{ enrollment, course }] : [];
  });
  const now = world.clock.now();
  return json(200, visible.map(({ enrollment, course }) => enrollmentDetails(enrollment, course, now)));
}

/** Others see what happens in the courses they are staff of. */
function maySee(caller: Caller, username: string, course: Course): boolean {
  if (isPrivileged(caller) || username === usernameOf(caller)) return true;
  return caller.user?.roles.some((held) => held.courseId === course.id && held.role === 'staff') ?? false;
}

function show(enrollment: Enrollment, world: World, effect: Effect): LmsAnswer {
  const course = world.courses.get(enrollment.courseId);
  // Courses are never deleted, and no enrollment is made without one.
  if (course === undefined) return json(200, null, { effect });
  return json(200, enrollmentDetails(enrollment, course, world.clock.now()), { effect });
}
