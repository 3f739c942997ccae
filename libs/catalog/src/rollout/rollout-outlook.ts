import { bucketOf, isAmong } from './bucket.js';
import type { RolloutDocument, RolloutRule } from './rollout.document.js';
import { fitsCourse, type RolledCourse, type Workflow } from './workflow.js';

/** How a course stands at an instant, and where the dates of the rules take it after that, in the order of time. */
export interface CourseOutlook {
  readonly workflow: Workflow;
  readonly changes: readonly { readonly atMs: number; readonly to: Workflow }[];
}

interface Span {
  readonly rule: RolloutRule;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * A rollout from an instant on, where there is an old workflow. Says of one course what `workflowOf` says of it at every instant, but
 * is asked for many courses: with 200 dated rules there are 400 instants to look at for each.
 */
export class RolloutOutlook {
  private readonly spans: readonly Span[];
  /** When a rule begins or ends to count. */
  private readonly edgesMs: readonly number[];
  private readonly atMs: number;

  constructor({ enabled, rules }: RolloutDocument, at: Date) {
    const atMs = at.getTime();
    const spans = rules.map((rule) => ({ rule, fromMs: rule.startsAt?.getTime() ?? -Infinity, untilMs: rule.endsAt?.getTime() ?? Infinity }));
    this.atMs = atMs;
    this.spans = enabled ? spans.filter(({ untilMs }) => untilMs > atMs) : [];
    const edges = this.spans.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms > atMs && ms < Infinity);
    this.edgesMs = [...new Set(edges)].sort((one, other) => one - other);
  }

  of(course: RolledCourse): CourseOutlook {
    const own = this.spans.filter(({ rule }) => fitsCourse(rule, course));
    const bucket = bucketOf(course.id);
    const workflow = workflowAt(this.atMs, own, bucket);
    let before = workflow;
    const changes: { atMs: number; to: Workflow }[] = [];
    for (const atMs of this.edgesMs) {
      const to = workflowAt(atMs, own, bucket);
      if (to !== before) changes.push({ atMs, to });
      before = to;
    }
    return { workflow, changes };
  }
}

function workflowAt(atMs: number, spans: readonly Span[], bucket: number): Workflow {
  const span = spans.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
  return span && isAmong(bucket, span.rule.percentage) ? 'commerce' : 'legacy';
}
