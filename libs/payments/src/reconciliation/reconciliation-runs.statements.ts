import { inMs, type FailureKind, type Statement } from '#orders';
import type { PaymentDifference, ReconciliationSummary } from './payment-difference.js';

export interface RunRow {
  readonly processor: string;
  readonly next_run_at: Date;
  readonly is_running: boolean;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly last_complete_at: Date | null;
  readonly complete_seconds: number | null;
  readonly overdue_seconds: number;
  readonly window_since: Date | null;
  readonly window_until: Date | null;
  readonly repaired: boolean | null;
  readonly end: ReconciliationSummary['end'] | null;
  readonly listed: number | null;
  readonly own: number | null;
  readonly read_back: number | null;
  readonly settled: number | null;
  readonly differences: ReconciliationSummary['differences'] | null;
  readonly findings: PaymentDifference[] | null;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
}

export interface ClaimedRunRow {
  readonly claim_id: string;
  readonly now: Date;
}

const COLUMNS = `processor, next_run_at, lease_until > now() is true as is_running, started_at, ended_at, last_complete_at, extract(epoch from now() - last_complete_at)::float8 as complete_seconds,
  greatest(0, extract(epoch from now() - next_run_at))::float8 as overdue_seconds, window_since, window_until, repaired, "end", listed, own, read_back, settled, differences, findings, failure_kind, failure_detail`;

/** A row for each of the processors `$1` that has none: first due after `$2` ms. */
export const SEED_RUNS: Statement = {
  name: 'reconciliation.seed_runs',
  text: `insert into payment_reconciliation (processor, next_run_at) select name, ${inMs('$2')} from unnest($1::text[]) name on conflict do nothing`,
};

/** What is due of the processors `$2`, and held by nobody, the longest waiting first. A row a processor: there are few. Never locks. */
export const FIND_DUE_RUNS: Statement = {
  name: 'reconciliation.find_due_runs',
  text: `select processor as id, next_run_at as due_at from payment_reconciliation where processor = any ($2) and next_run_at <= now() and (lease_until is null or lease_until <= now()) order by next_run_at limit $1`,
};

/** Takes the run of the processor `$1` for `$2` ms; also from a holder whose lease is over. Gives no row when somebody else has it, or it is not due. */
export const CLAIM_RUN: Statement = {
  name: 'reconciliation.claim_run',
  text: `
update payment_reconciliation set claim_id = gen_random_uuid(), lease_until = ${inMs('$2')}
 where processor = (select processor from payment_reconciliation where processor = $1 and next_run_at <= now() and (lease_until is null or lease_until <= now()) for no key update skip locked)
returning claim_id, now() as now`,
};

/** The holder `$2` goes on. Gives no row where it lost its claim. */
export const RENEW_RUN: Statement = { name: 'reconciliation.renew_run', text: `update payment_reconciliation set lease_until = ${inMs('$3')} where processor = $1 and claim_id = $2 returning processor` };

/** The holder `$2` gives it up, and another one begins anew. */
export const RELEASE_RUN: Statement = { name: 'reconciliation.release_run', text: `update payment_reconciliation set claim_id = null, lease_until = null where processor = $1 and claim_id = $2` };

/** One that was not made to the end leaves what the last one found that was. */
const found = (column: string, value: string) => `${column} = case when $8 = 'complete' or last_complete_at is null then ${value} else ${column} end`;

/** What came of it, by its holder alone. Next at the same time of another day, or after `$5` ms where those come first. */
export const SETTLE_RUN: Statement = {
  name: 'reconciliation.settle_run',
  text: `
update payment_reconciliation
   set claim_id = null, lease_until = null, next_run_at = least(date_bin('1 day', now(), next_run_at) + interval '1 day', ${inMs('$5')}),
       started_at = $3, ended_at = now(), last_complete_at = case when $8 = 'complete' then now() else last_complete_at end,
       ${found('window_since', '$4')}, ${found('window_until', '$6')}, ${found('repaired', '$7')}, "end" = $8, ${found('listed', '$9')}, ${found('own', '$10')},
       ${found('read_back', '$11')}, ${found('settled', '$12')}, ${found('differences', '$13::jsonb')}, ${found('findings', '$14::jsonb')}, failure_kind = $15, failure_detail = $16
 where processor = $1 and claim_id = $2`,
};

export const LIST_RUNS: Statement = { name: 'reconciliation.list_runs', text: `select ${COLUMNS} from payment_reconciliation order by processor` };
