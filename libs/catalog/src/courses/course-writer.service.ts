import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { queryOn } from '../catalog.database.js';
import type { CatalogProblem } from '../catalog.errors.js';
import { PRODUCT_DETAILS_CHECK, UnknownProductTypeError, isDetailsRefusal, type ProductDetailsCheck } from '../product-details.check.js';
import { REQUEST_PUBLICATION } from '../publication/publication.statements.js';
import { newSku } from '../sku.js';
import { SEAT, type CourseDraft } from './course.js';
import { RESERVE_COURSES, UNRESERVE_COURSES } from './course.statements.js';
import { changesAnything, planCourse, type CourseChange, type CoursePlan, type PlanTerms } from './course-plan.js';
import { lockCourses, ownersOf, type CourseState } from './course-state.js';
import { writePlans } from './course-writes.js';

export interface WriteOptions {
  /** Who changes it: for the history of prices. */
  readonly actor: string;
  /** Whether modes that a draft lacks are withdrawn; otherwise they stay. */
  readonly replaceModes: boolean;
  /** Whether dates that have passed may be set: such a mode is just not for sale. */
  readonly acceptPast: boolean;
  /** Whether the LMS shall be told of what changed. */
  readonly publish: boolean;
  /** Plan, and write nothing but rows that the caller rolls back. */
  readonly dryRun?: boolean;
  /** Judges what was found of a course before it is planned; what it throws ends the whole. */
  readonly assertState?: (state: CourseState) => void;
  /**
   * Asked while the rows of the courses `ids` are locked: why one of them must stay as it is, by its id. To a course that would stay so anyway
   * nobody objects.
   */
  readonly objections?: (ids: readonly string[]) => Promise<ReadonlyMap<string, CatalogProblem>>;
  /** Judges a plan without problems before it is written; what it throws ends the whole. */
  readonly assertPlan?: (plan: CoursePlan) => void;
}

/** What came, or would come, of one draft. A refused course is left as it was. */
export interface CourseOutcome {
  readonly courseId: string;
  readonly result: 'created' | 'updated' | 'unchanged' | 'refused';
  readonly changes: readonly CourseChange[];
  readonly modes: CoursePlan['modes'];
  readonly problems: readonly CatalogProblem[];
}

const DEFAULT_PARTNER = 'default';

/** The one way by which courses, their modes and SKUs are changed, whoever asks. */
@Injectable()
export class CourseWriter {
  constructor(@Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck) {}

  /**
   * Plans and writes courses inside the caller's transaction. Their rows are locked until its end, in the order of their ids.
   * What the LMS shall know is written along, so that it is told exactly when the change is committed.
   *
   * @param drafts at most some hundreds; each course once.
   * @throws {UnknownProductTypeError} when nothing here delivers seats.
   * @throws a unique violation when somebody else takes a SKU at the same time: begin the transaction anew.
   */
  async write(client: pg.PoolClient, drafts: readonly CourseDraft[], options: WriteOptions): Promise<CourseOutcome[]> {
    if (!this.detailsCheck.knows(SEAT)) throw new UnknownProductTypeError(SEAT);
    await queryOn(client, `select set_config('order_fulfillment.actor', $1, true)`, [options.actor]);
    const plans = await this.plan(client, drafts, options);
    for (const plan of plans) if (isGood(plan)) options.assertPlan?.(plan);
    if (!options.dryRun) await this.writeGood(client, plans, options);
    const byCourse = new Map(plans.map((plan) => [plan.state.id, plan]));
    return drafts.map(({ id, partner }) => {
      const plan = byCourse.get(id);
      return plan ? outcomeOf(plan) : refused(id, [{ pointer: '/partner', detail: `is unknown: ${partner ?? DEFAULT_PARTNER}` }]);
    });
  }

  private async plan(client: pg.PoolClient, drafts: readonly CourseDraft[], options: WriteOptions): Promise<CoursePlan[]> {
    const ids = drafts.map(({ id }) => id);
    await queryOn(client, RESERVE_COURSES, [ids, drafts.map(({ partner }) => partner ?? DEFAULT_PARTNER), drafts.map(({ name }) => name)]);
    const states = await lockCourses(client, ids);
    const objections = await options.objections?.(ids);
    const named = drafts.flatMap(({ modes }) => modes.flatMap(({ sku, bulkSku }) => [sku, bulkSku].filter((one) => one !== undefined)));
    const terms: PlanTerms = {
      now: await clockOf(client),
      acceptPast: options.acceptPast,
      replaceModes: options.replaceModes,
      owners: await ownersOf(client, named),
      claimed: new Map(),
      checkDetails: (productType, details) => this.detailProblems(productType, details),
      newProductId: randomUUIDv7,
      newSku,
    };
    return drafts.flatMap((draft) => {
      const state = states.get(draft.id);
      if (!state) return [];
      options.assertState?.(state);
      return [withObjection(planCourse(state, draft, terms), objections?.get(draft.id))];
    });
  }

  private async writeGood(client: pg.PoolClient, plans: readonly CoursePlan[], { publish, actor }: WriteOptions): Promise<void> {
    const bad = plans.filter((plan) => !isGood(plan)).map(({ state }) => state.id);
    if (bad.length > 0) await queryOn(client, UNRESERVE_COURSES, [bad]);
    const changed = plans.filter((plan) => isGood(plan) && changesAnything(plan));
    if (changed.length === 0) return;
    const versions = await writePlans(client, changed);
    if (!publish) return;
    const removals = Object.fromEntries(changed.filter(({ removed }) => removed.length > 0).map(({ state, removed }) => [state.id, removed]));
    await queryOn(client, REQUEST_PUBLICATION.text, [[...versions.keys()], [...versions.values()], actor, JSON.stringify(removals)]);
  }

  private detailProblems(productType: string, details: unknown): readonly { pointer: string; message: string }[] {
    try {
      this.detailsCheck.parseDetails(productType, details);
      return [];
    } catch (error) {
      if (!isDetailsRefusal(error)) throw error;
      return error.problems.length > 0 ? error.problems : [{ pointer: '', message: error.message }];
    }
  }
}

function isGood({ problems }: CoursePlan): boolean {
  return problems.length === 0;
}

function withObjection(plan: CoursePlan, objection: CatalogProblem | undefined): CoursePlan {
  return objection && changesAnything(plan) ? { ...plan, problems: [...plan.problems, objection] } : plan;
}

function outcomeOf(plan: CoursePlan): CourseOutcome {
  const { state, problems, changes, modes } = plan;
  if (problems.length > 0) return refused(state.id, problems);
  const result = state.version === 0 ? 'created' : changesAnything(plan) ? 'updated' : 'unchanged';
  return { courseId: state.id, result, changes, modes, problems };
}

function refused(courseId: string, problems: readonly CatalogProblem[]): CourseOutcome {
  return { courseId, result: 'refused', changes: [], modes: [], problems };
}

/** Whether a date has passed is judged by PostgreSQL's clock, as a sale is. */
async function clockOf(client: pg.PoolClient): Promise<Date> {
  const [row] = await queryOn<{ now: Date }>(client, 'select clock_timestamp() as now', []);
  return row?.now ?? new Date();
}
