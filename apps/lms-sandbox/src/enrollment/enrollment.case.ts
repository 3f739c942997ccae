import { isGlobalStaff, type Caller } from '../access/caller.js';
import type { LmsAnswer } from '../wire/lms-answer.js';
import type { Enrollment, EnrollmentState } from '../world/enrollment.store.js';
import type { Attribute, Course, User } from '../world/world.schema.js';
import type { AttributeRequest, EnrollmentRequest } from './enrollment.request.js';

/** What a `POST enrollment` is about, once it is known for whom and for what. */
export interface EnrollmentCase {
  readonly request: EnrollmentRequest;
  readonly attributes: readonly AttributeRequest[] | null;
  readonly caller: Caller;
  readonly user: User;
  readonly course: Course;
  /** The learner's enrollment as it is, active or not. */
  readonly record: Enrollment | undefined;
}

export interface Refused {
  readonly refusal: LmsAnswer;
}

/** Already enrolled: the answer shows what is there, and nothing of the request is written. */
export interface Kept {
  readonly kept: Enrollment;
}

/** The states to go through, in order; each that differs from the one before is an event of the LMS. */
export interface Steps {
  readonly steps: readonly EnrollmentState[];
}

/** What is written with the enrollment, and the refusal that the LMS finds only after it has saved it. */
export interface Aftermath {
  /** Replaces all earlier ones; null leaves them alone. */
  readonly attributes: readonly Attribute[] | null;
  readonly cohort: string | null;
  readonly lateRefusal: LmsAnswer | null;
}

export interface EnrollmentPlan extends Steps, Aftermath {
  readonly user: User;
  readonly course: Course;
}

export type Decision = Refused | Kept | EnrollmentPlan;

/** Only a user who is global staff himself can force; the key alone cannot. */
export function forces({ request, caller }: EnrollmentCase): boolean {
  return request.forceEnrollment === true && isGlobalStaff(caller);
}
