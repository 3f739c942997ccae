/** The sentences of the Enrollment API, word for word: clients match on them. Slips of spelling are the LMS's own. */
export const MESSAGES = {
  courseIdMissing: 'Course ID must be specified to create a new enrollment.',
  unknownCourse: (courseId: string) => `No course '${courseId}' found for enrollment`,
  unknownEmail: (email: string) => `The user with the email address ${email} does not exist.`,
  unknownUser: (username: string) => `The user ${username} does not exist.`,
  modeNotPermitted: (mode: string) => `User does not have permission to create enrollment with mode [${mode}].`,
  embargoed: (courseId: string) => `Users from this location cannot access the course '${courseId}'.`,
  badActivation: (value: string) => `'${value}' is an invalid enrollment activation status.`,
  badForce: (value: string) => `'${value}' is an invalid force enrollment status.`,
  modeMismatch: (current: string, requested: string) =>
    `Enrollment mode mismatch: active mode=${current}, requested mode=${requested}. Won't deactivate.`,
  missingAttributes: (mode: string, required: string) =>
    `Missing enrollment attributes: requested mode=${mode} required attributes=['${required}']`,
  modeUnavailable: (mode: string, courseId: string) =>
    `The [${mode}] course mode is expired or otherwise unavailable for course run [${courseId}].`,
  failed: (username: string, courseId: string) =>
    `An error occurred while creating the new course enrollment for user '${username}' in course '${courseId}'`,
  badAttribute: (part: string) => `'${part}' not in enrollment attribute`,
  unknownCohort: (cohort: string) => `An error occured while adding to cohort [${cohort}]`,
  courseDetailsUnknown: (courseId: string) => `No course found for course ID '${courseId}'`,
} as const;
