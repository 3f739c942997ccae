import { CrashError, fieldsOf, isFields } from '../wire/lms-call.js';
import { pythonText } from '../wire/python-text.js';

/** The body of `POST enrollment`, read but not judged. Null stands for absent. */
export interface EnrollmentRequest {
  readonly username: string | null;
  readonly email: string | null;
  readonly courseId: string;
  readonly mode: string | null;
  readonly isActive: unknown;
  readonly forceEnrollment: unknown;
  /** Read by `readAttributes` when its turn comes: the LMS trips over a wrong shape only after its first checks. */
  readonly attributes: unknown;
  readonly cohort: string | null;
  readonly asksForOptIn: boolean;
}

/** One attribute as it came. A missing part is refused only after the enrollment was saved. */
export type AttributeRequest = Readonly<Record<string, unknown>>;

/** @throws {CrashError} when the body or its `course_details` is no object: the LMS crashes on both. */
export function readEnrollmentRequest(body: unknown): EnrollmentRequest {
  const fields = fieldsOf(body);
  return {
    username: textOf(fields['user']),
    email: textOf(fields['email']),
    courseId: textOf(fieldsOf(fields['course_details'] === undefined ? {} : fields['course_details'])['course_id']) ?? '',
    mode: fields['mode'] === null || fields['mode'] === undefined ? null : pythonText(fields['mode']),
    isActive: fields['is_active'] ?? null,
    forceEnrollment: fields['force_enrollment'] ?? null,
    attributes: fields['enrollment_attributes'] ?? null,
    cohort: textOf(fields['cohort']),
    asksForOptIn: (fields['email_opt_in'] ?? null) !== null,
  };
}

/** @throws {CrashError} when they are no list of objects. */
export function readAttributes(value: unknown): readonly AttributeRequest[] | null {
  if (value === null) return null;
  if (!Array.isArray(value) || !value.every(isFields)) throw new CrashError('enrollment_attributes is no list of objects');
  return value;
}

/** An empty name counts as none, as in the LMS. */
function textOf(value: unknown): string | null {
  return value === null || value === undefined || value === '' ? null : pythonText(value);
}
