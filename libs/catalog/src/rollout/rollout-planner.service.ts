import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import type { RolloutDocument } from './rollout.document.js';
import { PlanTally, type RolloutPlan } from './rollout-plan.js';
import { Rollout } from './rollout.service.js';
import { COURSES_AFTER, NOW, type RolledCourseRow } from './rollout.statements.js';

const PAGE = 5_000;
/** Patterns are made by people, and so many of them take a while: others have their turn in between. */
const COURSES_A_TURN = 100;

export interface PlanTerms {
  readonly hasLegacy: boolean;
  /** For which instant; null: now, by the database's clock. */
  readonly at: Date | null;
}

/** Tells what a rollout would do, and writes nothing. */
@Injectable()
export class RolloutPlanner {
  constructor(
    private readonly database: CatalogDatabase,
    private readonly rollout: Rollout,
  ) {}

  /**
   * Compares who sells each course of the catalog now with who would under `planned`. Holds one page of courses at a time; courses
   * that come or go meanwhile may be counted or not.
   *
   * @throws {RolloutRefusedError} when a rule names a partner that there is not.
   */
  async plan(planned: RolloutDocument, { hasLegacy, at: wantedAt }: PlanTerms): Promise<RolloutPlan> {
    await this.rollout.requirePartners(planned);
    const [current, now] = await Promise.all([this.rollout.current(), this.now()]);
    const at = wantedAt ?? now;
    const tally = new PlanTally({ current: current?.document ?? null, planned, hasLegacy, now, at });
    for await (const page of this.pages()) await addAll(tally, page);
    return { at, comparedWith: current?.version ?? null, ...tally.counted() };
  }

  private async *pages(): AsyncGenerator<RolledCourseRow[]> {
    let after = '';
    for (;;) {
      const page = await this.database.prepared<RolledCourseRow>(COURSES_AFTER, [after, PAGE]);
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.id;
    }
  }

  private async now(): Promise<Date> {
    const [row] = await this.database.prepared<{ now: Date }>(NOW, []);
    if (!row) throw new Error('The database tells no time.');
    return row.now;
  }
}

async function addAll(tally: PlanTally, page: readonly RolledCourseRow[]): Promise<void> {
  for (const [index, course] of page.entries()) {
    tally.add(course);
    if (index % COURSES_A_TURN === COURSES_A_TURN - 1) await setImmediate();
  }
}
