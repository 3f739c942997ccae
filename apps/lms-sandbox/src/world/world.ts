import { Clock } from './clock.js';
import { EnrollmentStore } from './enrollment.store.js';
import { EntitlementStore } from './entitlement.store.js';
import { CourseSchema, type Application, type Course, type CreditProvider } from './world.schema.js';
import { UserStore } from './user.store.js';

/** A person outside the usual rules: may enroll in the course although it is closed or by invitation. */
export interface EnrollmentAllowed {
  readonly email: string;
  readonly courseId: string;
  readonly autoEnroll: boolean;
  readonly createdAt: string;
}

/** Everything that this LMS knows. In memory; `state-file.ts` carries it over a restart. */
export class World {
  readonly clock = new Clock();
  readonly users = new UserStore();
  readonly courses = new Map<string, Course>();
  readonly enrollments = new EnrollmentStore();
  readonly entitlements = new EntitlementStore();
  readonly creditProviders = new Map<string, CreditProvider>();
  readonly applications = new Map<string, Application>();
  private readonly allowed = new Map<string, EnrollmentAllowed>();

  /**
   * Adds a course, or changes the named fields of the one with this id.
   *
   * @throws {z.ZodError} when the result is no complete course.
   */
  upsertCourse(fields: { readonly id: string } & Readonly<Record<string, unknown>>): Course {
    const course = CourseSchema.parse({ ...this.courses.get(fields.id), ...fields });
    this.courses.set(course.id, course);
    return course;
  }

  isEnrollmentAllowed(email: string, courseId: string): boolean {
    return this.allowed.has(allowedKey(email, courseId));
  }

  /** Answers false, and changes nothing, when there is such a row. */
  allowEnrollment(row: EnrollmentAllowed): boolean {
    const key = allowedKey(row.email, row.courseId);
    if (this.allowed.has(key)) return false;
    this.allowed.set(key, row);
    return true;
  }

  /** Answers whether there was such a row. */
  disallowEnrollment(email: string, courseId: string): boolean {
    return this.allowed.delete(allowedKey(email, courseId));
  }

  allowedEnrollments(): readonly EnrollmentAllowed[] {
    return [...this.allowed.values()];
  }

  /** Forgets what learners did, and keeps the people, the courses and who may call. */
  forgetEnrollments(): void {
    this.enrollments.clear();
    this.entitlements.clear();
  }
}

function allowedKey(email: string, courseId: string): string {
  return `${email} ${courseId}`;
}
