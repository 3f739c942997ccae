import type { FailureKind } from './failure.js';

/** A failure's kind, or `none`: not tried yet. */
export type FailureKindFilter = FailureKind | 'none';

/** Which unfinished lines of paid orders are meant. All that is given must hold; absent keys do not filter. */
export interface ResubmissionFilter {
  readonly failureKind?: FailureKindFilter | undefined;
  readonly productType?: string | undefined;
  readonly courseId?: string | undefined;
  readonly sku?: string | undefined;
  readonly learner?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly status?: 'waiting' | 'failed' | undefined;
  readonly paidBefore?: Date | undefined;
  readonly paidAfter?: Date | undefined;
  /** Whether lines are meant that were given up, and no others. When it is left out they are left alone. */
  readonly givenUp?: boolean | undefined;
}

/** Whether a filter leaves nothing out but what was given up: such a one is seldom meant. */
export function isEmptyFilter({ givenUp = false, ...narrowing }: ResubmissionFilter): boolean {
  return !givenUp && Object.values(narrowing).every((value) => value === undefined);
}
