import { bucketOf, isAmong } from './bucket.js';
import { fitsPattern } from './course-pattern.js';
import type { RolloutDocument, RolloutRule } from './rollout.document.js';

/** Who sells a course: this service, or the order workflow before it. */
export type Workflow = 'commerce' | 'legacy';

export interface RolledCourse {
  readonly id: string;
  /** Its code. */
  readonly partner: string;
}

/**
 * Who sells a course at an instant. Pure: whoever asks with the same facts gets the same answer.
 *
 * @param rollout null where none was ever written: the old workflow sells everything.
 * @param hasLegacy whether there is an old workflow at all; without one, this service sells everything.
 */
export function workflowOf(course: RolledCourse, rollout: RolloutDocument | null, hasLegacy: boolean, at: Date): Workflow {
  if (!hasLegacy) return 'commerce';
  if (!rollout?.enabled) return 'legacy';
  const rule = rollout.rules.find((candidate) => isActive(candidate, at) && fitsCourse(candidate, course));
  return rule && isAmong(bucketOf(course.id), rule.percentage) ? 'commerce' : 'legacy';
}

/** The next instant at which a rule begins or ends to count, so that an answer may be another. Null: none will, unless somebody changes the rollout. */
export function nextWorkflowChangeAt(rollout: RolloutDocument | null, at: Date): Date | null {
  if (!rollout?.enabled) return null;
  const edges = rollout.rules.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]).filter((edge) => edge !== null);
  return edges.filter((edge) => edge > at).reduce<Date | null>((first, edge) => (first === null || edge < first ? edge : first), null);
}

export function fitsCourse({ partner, coursePattern }: RolloutRule, course: RolledCourse): boolean {
  return (partner === null || partner === course.partner) && fitsPattern(coursePattern, course.id);
}

function isActive({ startsAt, endsAt }: RolloutRule, at: Date): boolean {
  return (startsAt === null || startsAt <= at) && (endsAt === null || at < endsAt);
}
