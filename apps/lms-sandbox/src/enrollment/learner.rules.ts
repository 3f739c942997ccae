import { isPrivileged, usernameOf, type Caller } from '../access/caller.js';
import { empty, message, type LmsAnswer } from '../wire/lms-answer.js';
import { isCourseKey } from '../world/course-key.js';
import type { User } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import { MESSAGES } from './enrollment.messages.js';
import type { EnrollmentRequest } from './enrollment.request.js';

const OPEN_TO_ALL = ['audit', 'honor'];

export type Learner = { readonly user: User } | { readonly refusal: LmsAnswer };

/** For whom the caller enrolls, and whether he may: the first checks of `POST enrollment`, in the LMS's order. */
export function findLearner(request: EnrollmentRequest, caller: Caller, world: World): Learner {
  if (request.courseId === '') return { refusal: message(400, MESSAGES.courseIdMissing) };
  if (!isCourseKey(request.courseId)) return { refusal: message(400, MESSAGES.unknownCourse(request.courseId)) };
  const username = chooseUsername(request, caller, world);
  if (typeof username !== 'string') return { refusal: username };
  if (request.mode !== null && !OPEN_TO_ALL.includes(request.mode) && !isPrivileged(caller)) {
    return { refusal: message(403, MESSAGES.modeNotPermitted(request.mode)) };
  }
  const user = world.users.find(username);
  return user === undefined ? { refusal: message(406, MESSAGES.unknownUser(username)) } : { user };
}

/** A stranger's request gets an empty 404, so that nobody learns who exists. `email` counts only where `user` is absent. */
function chooseUsername(request: EnrollmentRequest, caller: Caller, world: World): string | LmsAnswer {
  const { username, email } = request;
  if (username !== null) return username === usernameOf(caller) || isPrivileged(caller) ? username : empty(404);
  if (email === null) return usernameOf(caller);
  if (!isPrivileged(caller)) return empty(404);
  return world.users.findByEmail(email)?.username ?? message(406, MESSAGES.unknownEmail(email));
}
