import { json, message, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import type { World } from '../world/world.js';
import { MESSAGES } from './enrollment.messages.js';
import { courseDetails } from './enrollment.view.js';

/**
 * `course/{id}`: what can be bought in a course run, public. The LMS caches this for about a minute; the sandbox
 * answers what is, so that a test need not wait.
 */
export function courseResources(world: World): readonly Resource[] {
  return [{ path: '/api/enrollment/v1/course/*', access: 'public', throttled: true, operations: { GET: (call) => showCourse(call, world) } }];
}

function showCourse({ rest, query }: LmsCall, world: World): LmsAnswer {
  const course = world.courses.get(rest);
  if (course === undefined) return message(400, MESSAGES.courseDetailsUnknown(rest));
  return json(200, courseDetails(course, world.clock.now(), (query.get('include_expired') ?? '') !== ''));
}
