import { Inject, Injectable } from '@nestjs/common';
import { Rollout, RolloutPlanner, type RolloutVersion } from '#catalog';
import type { ExpectedVersion } from '../etag.js';
import { decodeVersionCursor, encodeVersionCursor } from './rollout-history.cursor.js';
import type { RolloutAnswer, RolloutHistoryAnswer, RolloutPlanAnswer } from './rollout.answers.js';
import { HAS_LEGACY } from './rollout.options.js';
import type { RolloutBody, RolloutHistoryQuery, RolloutPlanBody } from './rollout.schema.js';
import { documentOf, planView, versionView } from './rollout.view.js';

const NO_LEGACY = 'There is no old order workflow (LEGACY_CHECKOUT_URL is not set), so every course uses this service, whatever the rollout says.';

/** What staff see of the rollout, and do to it. */
@Injectable()
export class RolloutOperations {
  constructor(
    private readonly rollout: Rollout,
    private readonly planner: RolloutPlanner,
    @Inject(HAS_LEGACY) private readonly hasLegacy: boolean,
  ) {}

  async current(): Promise<RolloutAnswer> {
    return this.answer(await this.rollout.current());
  }

  async history({ limit, cursor }: RolloutHistoryQuery): Promise<RolloutHistoryAnswer> {
    const { items, nextBeforeVersion } = await this.rollout.history(limit, cursor === undefined ? null : decodeVersionCursor(cursor));
    return { items: items.map(versionView), nextCursor: nextBeforeVersion === null ? null : encodeVersionCursor(nextBeforeVersion) };
  }

  async change(body: RolloutBody, expected: ExpectedVersion, actor: string): Promise<RolloutAnswer> {
    return this.answer(await this.rollout.change(documentOf(body), { ifVersion: expected === 'new' ? 0 : expected, actor, reason: body.reason }));
  }

  async switchTo(enabled: boolean, actor: string, reason: string): Promise<RolloutAnswer> {
    return this.answer(await this.rollout.switchTo(enabled, { actor, reason }));
  }

  async plan({ at, ...body }: RolloutPlanBody): Promise<RolloutPlanAnswer> {
    const plan = await this.planner.plan(documentOf(body), { hasLegacy: this.hasLegacy, at: at === undefined ? null : new Date(at) });
    return { ...planView(plan), ...this.legacy() };
  }

  private answer(version: RolloutVersion | null): RolloutAnswer {
    return { ...versionView(version), ...this.legacy() };
  }

  private legacy(): Pick<RolloutAnswer, 'hasLegacy' | 'notice'> {
    return { hasLegacy: this.hasLegacy, notice: this.hasLegacy ? null : NO_LEGACY };
  }
}
