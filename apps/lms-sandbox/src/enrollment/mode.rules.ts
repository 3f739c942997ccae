import { message } from '../wire/lms-answer.js';
import { pythonText } from '../wire/python-text.js';
import { offeredModes } from '../world/course-modes.js';
import type { Course } from '../world/world.schema.js';
import type { Refused } from './enrollment.case.js';
import { courseDetails } from './enrollment.view.js';
import { MESSAGES } from './enrollment.messages.js';

export interface ModeQuestion {
  readonly mode: string;
  /** The mode as the request named it; the refusal repeats that, and says None for a request that named no mode. */
  readonly requested: string | null;
  readonly includeExpired: boolean;
}

/** Refuses a mode that the course does not have, or has no longer, and shows the ones it has. */
export function refuseUnavailableMode(course: Course, question: ModeQuestion, now: number): Refused | null {
  const { mode, requested, includeExpired } = question;
  if (offeredModes(course, now, includeExpired).some((offered) => offered.slug === mode)) return null;
  const sentence = MESSAGES.modeUnavailable(pythonText(requested), course.id);
  return { refusal: message(400, sentence, { course_details: courseDetails(course, now, includeExpired) }) };
}
