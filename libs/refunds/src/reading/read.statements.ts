import type { Statement } from '#orders';
import { REFUND_COLUMNS } from '../books/refund.row.js';
import type { RefundStatus } from '../transitions.js';

export interface AttemptRow {
  readonly half: 'money' | 'access';
  readonly requested_by: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly outcome: 'pending' | 'done' | 'waiting' | 'failed' | 'unknown';
  readonly detail: string | null;
}

export interface FigureRow {
  readonly status: RefundStatus;
  readonly refunds: number;
  readonly oldest_ms: number | null;
}

export const REFUND_BY_NUMBER: Statement = { name: 'refunds.by_number', text: `select ${REFUND_COLUMNS} from refund r where r.number = $1` };

export const REFUNDS_OF_ORDER: Statement = { name: 'refunds.of_order', text: `select ${REFUND_COLUMNS} from refund r where r.order_id = $1 order by r.id limit 1000` };

/** The latest 200, the oldest first. */
export const ATTEMPTS: Statement = {
  name: 'refunds.attempts',
  text: `
select * from (select half, requested_by, started_at, ended_at, outcome, detail from refund_attempt where refund_id = $1 order by started_at desc limit 200) latest
 order by started_at`,
};

/** What is not finished, by status: few, whatever was ever returned. Since when: since it was decided, or its money went, whatever was tried or waited for since. */
export const FIGURES: Statement = {
  name: 'refunds.figures',
  text: `
select status, count(*)::int as refunds, (extract(epoch from now() - min(coalesce(greatest(money_at, decided_at), created_at))) * 1000)::float8 as oldest_ms
  from refund where status in ('requested', 'approved', 'money_error', 'money_returned', 'access_error') group by status`,
};
