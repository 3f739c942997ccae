import type { FailureKind } from '../failure.js';
import type { Statement } from '../orders.database.js';
import type { LineStatus } from '../transitions.js';
import { unnamed } from './unnamed.js';

export const LINE_RESULTS = ['waiting', 'running', 'fulfilled', 'waitingAgain', 'failed', 'skipped'] as const;
/** What became of a line in its operation. `waitingAgain`: its turn did not deliver it, and it is tried again by itself. */
export type LineResult = (typeof LINE_RESULTS)[number];

/** Why a line was left alone in its turn. */
export const SKIP_REASONS = ['fulfilled', 'revoked', 'held', 'in_delivery', 'given_up'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface OperationRow {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly filter: Record<string, unknown>;
  readonly refresh_details: boolean;
  readonly fingerprint: string;
  readonly line_count: number;
  readonly created_at: Date;
}

const COLUMNS = 'id, actor, reason, filter, refresh_details, fingerprint, line_count, created_at';

export const FIND_OPERATION: Statement = { name: 'orders.find_resubmission', text: `select ${COLUMNS} from resubmission where id = $1` };

export const FIND_OPERATION_BY_KEY: Statement = { name: 'orders.find_resubmission_by_key', text: `select ${COLUMNS} from resubmission where actor = $1 and idempotency_key = $2` };

/** Newest first, `$1` at most, of those before the operation `$2`. Ids are UUIDv7: they sort by time. */
export const LIST_OPERATIONS: Statement = {
  name: 'orders.list_resubmissions',
  text: `select ${COLUMNS} from resubmission where id < $2 order by id desc limit $1`,
};

/**
 * What came of the line `r`: derived, so that it is true whatever happens to the process that delivers it. A line that its
 * turn left unfinished counts by how it stands now, because it is one of the retries by now.
 */
const RESULT = `case when r.skipped is not null then 'skipped'
       when r.claim_id is null then 'waiting'
       when a.outcome = 'pending' then 'running'
       when a.outcome = 'fulfilled' or l.status = 'fulfilled' then 'fulfilled'
       when l.status in ('failed', 'revoked') then 'failed'
       else 'waitingAgain' end`;
const LINES_WITH_RESULT = `resubmission_line r join order_line l on l.id = r.line_id left join fulfillment_attempt a on a.claim_id = r.claim_id`;

export interface ProgressRow {
  readonly result: LineResult;
  readonly lines: number;
}

/** How many lines have which result. Lines that wait are counted by their own index, and only the others looked up. */
export const PROGRESS: Statement = {
  name: 'orders.resubmission_progress',
  text: `
select 'waiting' as result, count(*)::int as lines from resubmission_line where resubmission_id = $1 and claim_id is null and skipped is null
union all
select 'skipped', count(*)::int from resubmission_line where resubmission_id = $1 and skipped is not null
union all
select ${RESULT}, count(*)::int from ${LINES_WITH_RESULT} where r.resubmission_id = $1 and r.claim_id is not null group by 1`,
};

export interface LineResultRow {
  readonly line_id: string;
  readonly number: string;
  readonly learner_username: string;
  readonly sku: string;
  readonly product_type: string;
  readonly course_id: string | null;
  readonly result: LineResult;
  readonly skipped: SkipReason | null;
  readonly status: LineStatus;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly next_attempt_at: Date | null;
}

/**
 * Lines of the operation `$1` with their results, `$2` at most, after the line `$3`; of the result `$4` where it is given.
 * Planned each time: without its limit PostgreSQL would join and sort the whole operation for every page.
 */
export const OPERATION_LINES = unnamed(`
select * from (
  select r.line_id, o.number, l.learner_username, l.sku, l.product_type, l.course_id, ${RESULT} as result, r.skipped,
         l.status, l.failure_kind, l.failure_detail, l.next_attempt_at
    from ${LINES_WITH_RESULT} join orders o on o.id = l.order_id
   where r.resubmission_id = $1 and r.line_id > $3 and l.id > $3
) line
 where $4::text is null or result = $4
 order by line_id
 limit $2`);
