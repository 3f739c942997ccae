import { message, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall } from '../wire/lms-call.js';
import { pythonText } from '../wire/python-text.js';
import type { World } from '../world/world.js';
import { planAddition } from './add-path.rules.js';
import { judgeAftermath } from './aftermath.rules.js';
import { planChange, recordToChange } from './change-path.rules.js';
import { refuseEmbargoed } from './embargo.rules.js';
import type { Decision, EnrollmentCase } from './enrollment.case.js';
import { MESSAGES } from './enrollment.messages.js';
import { readAttributes, type EnrollmentRequest } from './enrollment.request.js';
import { findLearner } from './learner.rules.js';

export type CallerAndPlace = Pick<LmsCall, 'caller' | 'addresses' | 'origin'>;

/**
 * Decides one `POST enrollment`, and changes nothing. The first check that fails gives the answer.
 *
 * @throws {CrashError} where the LMS crashes.
 */
export function decideEnrollment(request: EnrollmentRequest, call: CallerAndPlace, world: World): Decision {
  const learner = findLearner(request, call.caller, world);
  if ('refusal' in learner) return learner;
  const { user } = learner;
  const course = world.courses.get(request.courseId);
  const refusal = refuseEmbargoed(call, user, course) ?? refuseBadFlags(request);
  if (refusal !== null) return { refusal };
  const attributes = readAttributes(request.attributes);
  if (course === undefined) return { refusal: message(400, MESSAGES.unknownCourse(request.courseId)) };
  const record = world.enrollments.find(user.username, course.id);
  return choosePath({ request, attributes, caller: call.caller, user, course, record }, world);
}

function choosePath(subject: EnrollmentCase, world: World): Decision {
  const record = recordToChange(subject);
  const path = record === null ? planAddition(subject, world) : planChange(subject, record, world.clock.now());
  if (!('steps' in path)) return path;
  return { ...path, ...judgeAftermath(subject), user: subject.user, course: subject.course };
}

function refuseBadFlags({ isActive, forceEnrollment }: EnrollmentRequest): LmsAnswer | null {
  if (isActive !== null && typeof isActive !== 'boolean') return message(400, MESSAGES.badActivation(pythonText(isActive)));
  if (forceEnrollment !== null && typeof forceEnrollment !== 'boolean') return message(400, MESSAGES.badForce(pythonText(forceEnrollment)));
  return null;
}
