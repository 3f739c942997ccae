import { message, serverError, type LmsAnswer } from '../wire/lms-answer.js';
import { checkAttributes } from './attribute.rules.js';
import type { Aftermath, EnrollmentCase } from './enrollment.case.js';
import { MESSAGES } from './enrollment.messages.js';

/**
 * What the LMS does once the enrollment is saved: attributes, then the cohort, then the mail preference. A failure
 * here answers no although the learner is enrolled.
 */
export function judgeAftermath({ request, attributes, course, caller }: EnrollmentCase): Aftermath {
  const reading = checkAttributes(attributes);
  if ('refusal' in reading) return { attributes: null, cohort: null, lateRefusal: reading.refusal };
  const { cohort } = request;
  if (cohort !== null && !course.cohorts.includes(cohort)) return late(reading.attributes, message(400, MESSAGES.unknownCohort(cohort)));
  // The preference is written for the caller, not for the learner, and a server with nothing but the key is nobody.
  const optInCrashes = request.asksForOptIn && caller.user === null;
  return { attributes: reading.attributes, cohort, lateRefusal: optInCrashes ? serverError() : null };
}

function late(attributes: Aftermath['attributes'], lateRefusal: LmsAnswer): Aftermath {
  return { attributes, cohort: null, lateRefusal };
}
