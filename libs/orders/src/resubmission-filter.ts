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

/** Keys that narrow a filter. Dates alone may hold everything. */
const NARROWING = ['failureKind', 'productType', 'courseId', 'sku', 'learner', 'orderNumber', 'status'] as const satisfies (keyof ResubmissionFilter)[];

/** Whether a filter leaves nothing out for sure but what was given up: such a one is seldom meant. */
export function isEmptyFilter(filter: ResubmissionFilter): boolean {
  return filter.givenUp !== true && NARROWING.every((key) => filter[key] === undefined);
}
