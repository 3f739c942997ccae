import { empty, json, message, type LmsAnswer } from '../wire/lms-answer.js';
import { fieldsOf, type LmsCall, type Resource } from '../wire/lms-call.js';
import { isCourseKey } from '../world/course-key.js';
import type { EnrollmentAllowed, World } from '../world/world.js';
import { microseconds } from './enrollment.view.js';

const REQUIRED = 'This field is required.';

type Reading = { readonly email: string; readonly courseId: string; readonly autoEnroll: boolean } | { readonly refusal: LmsAnswer };

/** `enrollment_allowed/`: who may enroll although a course is closed or by invitation. For administrators. */
export function enrollmentAllowedResources(world: World): readonly Resource[] {
  return [
    {
      path: '/api/enrollment/v1/enrollment_allowed/',
      access: 'staff',
      throttled: true,
      operations: { GET: (call) => list(call, world), POST: (call) => allow(call, world), DELETE: (call) => disallow(call, world) },
    },
  ];
}

function list({ query, caller }: LmsCall, world: World): LmsAnswer {
  const email = query.get('email') || (caller.user?.email ?? '');
  return json(200, world.allowedEnrollments().filter((row) => row.email === email).map((row) => view(row, world)));
}

function allow(call: LmsCall, world: World): LmsAnswer {
  const reading = read(call);
  if ('refusal' in reading) return reading.refusal;
  const row = { ...reading, createdAt: world.clock.nowIso() };
  if (world.allowEnrollment(row)) return json(201, view(row, world));
  return message(409, `An enrollment allowed with email ${row.email} and course ${row.courseId} already exists.`);
}

function disallow(call: LmsCall, world: World): LmsAnswer {
  const reading = read(call);
  if ('refusal' in reading) return reading.refusal;
  const { email, courseId } = reading;
  if (world.disallowEnrollment(email, courseId)) return empty(204);
  return message(404, `An enrollment allowed with email ${email} and course ${courseId} doesn't exists.`);
}

function read({ body }: LmsCall): Reading {
  const fields = fieldsOf(body);
  const { email, course_id: courseId } = fields;
  const problems: Record<string, string[]> = {};
  if (typeof email !== 'string' || email === '') problems['email'] = [REQUIRED];
  if (typeof courseId !== 'string' || courseId === '') problems['course_id'] = [REQUIRED];
  else if (!isCourseKey(courseId)) problems['course_id'] = [`"${courseId}" is not a valid course key.`];
  if (typeof email !== 'string' || typeof courseId !== 'string' || Object.keys(problems).length > 0) return { refusal: json(400, problems) };
  return { email, courseId, autoEnroll: fields['auto_enroll'] === true };
}

/** `user` is the account that holds the address. The LMS fills it in when that person enrolls; the contract is silent on it. */
function view(row: EnrollmentAllowed, world: World): Record<string, unknown> {
  const user = world.users.findByEmail(row.email)?.id ?? null;
  return { email: row.email, course_id: row.courseId, created: microseconds(row.createdAt), auto_enroll: row.autoEnroll, user };
}
