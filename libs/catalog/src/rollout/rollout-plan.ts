import type { RolloutDocument } from './rollout.document.js';
import { RolloutOutlook, type CourseOutlook } from './rollout-outlook.js';
import { workflowOf, type RolledCourse, type Workflow } from './workflow.js';

const MOST_NAMED = 100;

export interface PlanCounts {
  readonly courses: number;
  readonly toCommerce: number;
  readonly toLegacy: number;
  readonly unchanged: number;
}

/** What a rollout would do, told before it is done. */
export interface RolloutPlan extends PlanCounts {
  /** The instant for which the planned workflow was asked. */
  readonly at: Date;
  /** The version that it is compared with. Null: none was ever written. */
  readonly comparedWith: number | null;
  /** By code. Partners without courses are left out. */
  readonly partners: readonly (PlanCounts & { readonly partner: string })[];
  readonly named: NamedCourses;
  /** What the planned rollout does by itself after `at`, in the order of time. */
  readonly laterChanges: readonly { readonly at: Date; readonly toCommerce: number; readonly toLegacy: number }[];
}

/** The first 100 ids of each direction. */
export interface NamedCourses {
  readonly toCommerce: readonly string[];
  readonly toLegacy: readonly string[];
  /** There are more than are named. */
  readonly moreThanShown: boolean;
}

export interface PlannedRollout {
  readonly current: RolloutDocument | null;
  readonly planned: RolloutDocument;
  readonly hasLegacy: boolean;
  /** The instant for which the current rollout is asked. */
  readonly now: Date;
  /** The instant for which the planned one is. */
  readonly at: Date;
}

type Direction = 'toCommerce' | 'toLegacy';
type Moves = Record<Direction, number>;

const WITHOUT_LEGACY: CourseOutlook = { workflow: 'commerce', changes: [] };

/** Takes the courses of a catalog one after the other, and keeps sums only: it is as large for a million as for ten. */
export class PlanTally {
  private readonly total = noCounts();
  private readonly byPartner = new Map<string, ReturnType<typeof noCounts>>();
  private readonly named: Record<Direction, string[]> = { toCommerce: [], toLegacy: [] };
  private readonly later = new Map<number, Moves>();
  private readonly outlook: RolloutOutlook;

  constructor(private readonly rollout: PlannedRollout) {
    this.outlook = new RolloutOutlook(rollout.planned, rollout.at);
  }

  add(course: RolledCourse): void {
    const { current, hasLegacy, now } = this.rollout;
    const { workflow, changes } = hasLegacy ? this.outlook.of(course) : WITHOUT_LEGACY;
    const move = workflow === workflowOf(course, current, hasLegacy, now) ? 'unchanged' : directionTo(workflow);
    for (const counts of [this.total, this.countsOf(course.partner)]) {
      counts.courses += 1;
      counts[move] += 1;
    }
    if (move !== 'unchanged' && this.named[move].length < MOST_NAMED) this.named[move].push(course.id);
    for (const { atMs, to } of changes) this.movesAt(atMs)[directionTo(to)] += 1;
  }

  counted(): Omit<RolloutPlan, 'at' | 'comparedWith'> {
    const { toCommerce, toLegacy } = this.named;
    return {
      ...this.total,
      partners: [...this.byPartner].map(([partner, counts]) => ({ partner, ...counts })).sort((one, other) => (one.partner < other.partner ? -1 : 1)),
      named: { toCommerce, toLegacy, moreThanShown: this.total.toCommerce + this.total.toLegacy > toCommerce.length + toLegacy.length },
      laterChanges: [...this.later].sort(([one], [other]) => one - other).map(([ms, moves]) => ({ at: new Date(ms), ...moves })),
    };
  }

  private countsOf(partner: string): ReturnType<typeof noCounts> {
    const counts = this.byPartner.get(partner) ?? noCounts();
    this.byPartner.set(partner, counts);
    return counts;
  }

  private movesAt(atMs: number): Moves {
    const moves = this.later.get(atMs) ?? { toCommerce: 0, toLegacy: 0 };
    this.later.set(atMs, moves);
    return moves;
  }
}

function noCounts() {
  return { courses: 0, toCommerce: 0, toLegacy: 0, unchanged: 0 };
}

function directionTo(workflow: Workflow): Direction {
  return workflow === 'commerce' ? 'toCommerce' : 'toLegacy';
}
