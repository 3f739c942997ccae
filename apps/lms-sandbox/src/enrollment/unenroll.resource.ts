import { empty, json, type LmsAnswer } from '../wire/lms-answer.js';
import { fieldsOf, type LmsCall, type Resource } from '../wire/lms-call.js';
import { pythonText } from '../wire/python-text.js';
import { organizationOf } from '../world/course-key.js';
import type { World } from '../world/world.js';

/** `unenroll/`: takes a learner who asked to be forgotten out of every course. */
export function unenrollResources(world: World): readonly Resource[] {
  return [{ path: '/api/enrollment/v1/unenroll/', access: 'retirement', throttled: false, operations: { POST: (call) => unenroll(call, world) } }];
}

function unenroll({ body }: LmsCall, world: World): LmsAnswer {
  const { username } = fieldsOf(body);
  if (username === undefined) return json(404, 'Username not specified.');
  const user = world.users.find(pythonText(username));
  if (user === undefined || !user.retirementRequested) return json(404, 'No retirement request status for username.');
  const own = world.enrollments.ofUser(user.username);
  if (!own.some((enrollment) => enrollment.isActive)) return empty(204);
  for (const enrollment of own) world.enrollments.moveTo(enrollment, { mode: enrollment.mode, isActive: false }, world.clock.nowIso());
  const organizations = new Set(own.map((enrollment) => organizationOf(enrollment.courseId)));
  return json(200, [...organizations], { effect: 'deactivated' });
}
