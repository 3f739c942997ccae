import { json, message, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import { organizationOf } from '../world/course-key.js';

/** `roles/`: the caller's own roles in courses. */
export function rolesResources(): readonly Resource[] {
  return [{ path: '/api/enrollment/v1/roles/', access: 'key_or_user', throttled: true, operations: { GET: listRoles } }];
}

function listRoles({ caller, query }: LmsCall): LmsAnswer {
  // The key alone is nobody, and nobody has no roles. The missing quote is the LMS's.
  if (caller.user === null) return message(400, "An error occurred while retrieving roles for user '");
  const wanted = query.get('course_id');
  const held = caller.user.roles.filter(({ courseId }) => wanted === null || wanted === '' || courseId === wanted);
  const roles = held.map(({ courseId, role }) => ({ org: organizationOf(courseId), course_id: courseId, role }));
  return json(200, { roles, is_staff: caller.user.isStaff });
}
