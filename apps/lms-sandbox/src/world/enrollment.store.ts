import { z } from 'zod';
import { AttributeSchema, type Attribute } from './world.schema.js';

const StateSchema = z.strictObject({ mode: z.string(), isActive: z.boolean() });
/** What an enrollment is at one moment. */
export type EnrollmentState = z.infer<typeof StateSchema>;

export const EnrollmentSchema = StateSchema.extend({
  username: z.string(),
  courseId: z.string(),
  createdAt: z.iso.datetime(),
  attributes: z.array(AttributeSchema),
  cohort: z.string().nullable(),
  history: z.array(StateSchema.extend({ at: z.iso.datetime() })),
});
export type Enrollment = z.infer<typeof EnrollmentSchema>;

const NONE: readonly Enrollment[] = [];

/** One enrollment per learner and course run, for ever: leaving a course makes it inactive, nothing deletes it. */
export class EnrollmentStore {
  private readonly byUser = new Map<string, Map<string, Enrollment>>();
  private readonly inOrder: Enrollment[] = [];
  private readonly activeCounts = new Map<string, number>();

  find(username: string, courseId: string): Enrollment | undefined {
    return this.byUser.get(username)?.get(courseId);
  }

  /** In the order of their creation. */
  ofUser(username: string): readonly Enrollment[] {
    const own = this.byUser.get(username);
    return own === undefined ? NONE : [...own.values()];
  }

  /** In the order of their creation. */
  all(): readonly Enrollment[] {
    return this.inOrder;
  }

  countActive(courseId: string): number {
    return this.activeCounts.get(courseId) ?? 0;
  }

  /** Makes an inactive enrollment without history, which the caller then brings to its first state. */
  create(username: string, courseId: string, mode: string, createdAt: string): Enrollment {
    const created: Enrollment = { username, courseId, mode, isActive: false, createdAt, attributes: [], cohort: null, history: [] };
    this.add(created);
    return created;
  }

  /** Moves an enrollment on, with a row of history, or does nothing where the state is the same. */
  moveTo(enrollment: Enrollment, next: EnrollmentState, at: string): void {
    if (enrollment.mode === next.mode && enrollment.isActive === next.isActive) return;
    this.count(enrollment.courseId, Number(next.isActive) - Number(enrollment.isActive));
    enrollment.mode = next.mode;
    enrollment.isActive = next.isActive;
    enrollment.history.push({ at, mode: next.mode, isActive: next.isActive });
  }

  /** Replaces all attributes. The LMS forgets the earlier ones too, whatever the name of its method promises. */
  replaceAttributes(enrollment: Enrollment, attributes: readonly Attribute[]): void {
    enrollment.attributes = [...attributes];
  }

  /** Takes in an enrollment that was read from a state file. */
  restore(enrollment: Enrollment): void {
    this.add(enrollment);
    this.count(enrollment.courseId, Number(enrollment.isActive));
  }

  clear(): void {
    this.byUser.clear();
    this.inOrder.length = 0;
    this.activeCounts.clear();
  }

  private add(enrollment: Enrollment): void {
    const own = this.byUser.get(enrollment.username) ?? new Map<string, Enrollment>();
    own.set(enrollment.courseId, enrollment);
    this.byUser.set(enrollment.username, own);
    this.inOrder.push(enrollment);
  }

  private count(courseId: string, by: number): void {
    this.activeCounts.set(courseId, this.countActive(courseId) + by);
  }
}
