import { Migration } from '@mikro-orm/migrations';

/**
 * Retries by the scheduler, the operators' hand on single lines, and resubmissions in bulk.
 *
 * It reads the table of lines a few times and writes the unfinished ones only: no column is computed and no finished line is
 * touched, so a shop with a million orders waits for seconds. Replicas of the version before go on beside it: what they write
 * is adopted by the workers (`orders.adopt`).
 */
export class Migration20261122000200_retries extends Migration {
  override up(): void {
    const statements = [LINE_COLUMNS, ...CLAIM_PURPOSES, HISTORY_CHANGE, BACKFILL, DUE_AT_ONCE, ...INDEXES, RESUBMISSIONS, RESUBMISSION_LINES, ...RESUBMISSION_INDEXES];
    for (const statement of statements) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table resubmission_line, resubmission');
    this.addSql('drop index order_line_due_index, order_line_unfinished_index, order_line_waiting_index, order_line_unadopted_index');
    this.addSql(`create index order_line_due_index on order_line (next_attempt_at) where status = 'open' and next_attempt_at is not null and held_at is null`);
    this.addSql('alter table order_history drop column change');
    this.addSql(`alter table order_line drop constraint order_line_claim_purpose_check, drop constraint order_line_fulfilling_check,
      add constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke')) not valid,
      add constraint order_line_fulfilling_check check (status <> 'fulfilling' or claim_purpose = 'deliver') not valid`);
    const columns = ['paid_at', 'retry_since', 'tries', 'lost_leases', 'given_up_at', 'course_id', 'failure_status', 'failure_times'];
    this.addSql(`alter table order_line ${columns.map((column) => `drop column ${column}`).join(', ')}`);
  }
}

// paid_at: since when the learner waits; retry_since: paid, or last sent again by an operator; tries: attempts since then that
// count; lost_leases: holders in a row that never said what came of the line; failure_status, failure_times: the HTTP status of
// its failure, and how often in a row it failed with this kind.
const LINE_COLUMNS = `alter table order_line
  add column paid_at timestamptz,
  add column retry_since timestamptz,
  add column tries integer not null default 0,
  add column lost_leases integer not null default 0,
  add column given_up_at timestamptz,
  add column course_id text,
  add column failure_status integer,
  add column failure_times integer not null default 0,
  add constraint order_line_counts_check check (tries >= 0 and lost_leases >= 0 and failure_times >= 0) not valid`;

// A claim may also be an operator's, who looks at a line and decides what becomes of it.
const CLAIM_PURPOSES = [
  `alter table order_line drop constraint order_line_claim_purpose_check, drop constraint order_line_fulfilling_check`,
  `alter table order_line
     add constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke', 'decide')) not valid,
     add constraint order_line_fulfilling_check check (status <> 'fulfilling' or claim_purpose in ('deliver', 'decide')) not valid`,
];

// What was changed, beside why: { "<field>": { "from": …, "to": … } }.
const HISTORY_CHANGE = `alter table order_history add column change jsonb`;

const BACKFILL = `update order_line l set paid_at = o.placed_at, retry_since = o.placed_at, tries = l.attempts, course_id = left(l.details ->> 'courseId', 255)
  from orders o where o.id = l.order_id and o.payment_status = 'settled' and l.status in ('open', 'fulfilling', 'failed')`;

// Nobody retried these before there was a scheduler: their time begins now.
export const DUE_AT_ONCE = `update order_line l set next_attempt_at = coalesce(l.next_attempt_at, now()), retry_since = now(), tries = 0
  from orders o
 where o.id = l.order_id and o.payment_status = 'settled' and o.status in ('open', 'fulfillment_error') and l.status = 'open' and l.claim_id is null`;

// Lines that go through at the first try are in none of these: they are born 'fulfilling' and end 'fulfilled'.
const INDEXES = [
  `drop index order_line_due_index`,
  // By product type first: one whose provider is away must not stand before the others.
  `create index order_line_due_index on order_line (product_type, next_attempt_at) where status = 'open' and next_attempt_at is not null and held_at is null`,
  // The parking lot, counted without a look at the table.
  `create index order_line_unfinished_index on order_line (failure_kind, product_type, course_id, paid_at) include (status, held_at, given_up_at) where status in ('open', 'failed')`,
  `create index order_line_waiting_index on order_line (paid_at) where status in ('open', 'failed') and given_up_at is null`,
  // What a replica of the version before has written: without a time for its next attempt, or without that of its payment.
  `create index order_line_unadopted_index on order_line (id) where claim_id is null and (status = 'open' and next_attempt_at is null or status in ('open', 'failed') and paid_at is null)`,
];

const RESUBMISSIONS = `create table resubmission (
  id uuid primary key,
  actor text not null,
  reason text not null,
  filter jsonb not null,
  refresh_details boolean not null,
  idempotency_key text not null,
  fingerprint text not null,
  line_count integer not null,
  created_at timestamptz not null,
  constraint resubmission_key unique (actor, idempotency_key)
)`;

// A line waits for its turn until it has a claim, or a reason why it was left alone. What came of a claim stands in its attempt. No
// foreign key to the lines, which are never deleted: an operation may have a million of them, and would lock each.
const RESUBMISSION_LINES = `create table resubmission_line (
  resubmission_id uuid not null constraint resubmission_line_resubmission_fkey references resubmission (id),
  line_id uuid not null,
  claim_id uuid,
  skipped text,
  constraint resubmission_line_pkey primary key (resubmission_id, line_id),
  constraint resubmission_line_end_check check (claim_id is null or skipped is null)
)`;

const RESUBMISSION_INDEXES = [
  // Operations in the order of their ids (UUIDv7: the order in which they were asked for), and in each the oldest line first.
  `create index resubmission_line_waiting_index on resubmission_line (resubmission_id, line_id) where claim_id is null and skipped is null`,
  `create index resubmission_line_line_index on resubmission_line (line_id)`,
];
