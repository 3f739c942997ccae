import { Migration } from '@mikro-orm/migrations';

/** Refunds, in two halves: the money, then the access. Adds tables and touches nothing else. */
export class Migration20261122001000_refunds extends Migration {
  override up(): void {
    this.addSql('create sequence refund_number_seq start 100001');
    for (const statement of [REFUND, REFUND_LINE, REFUND_ATTEMPT, ...INDEXES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table refund_attempt, refund_line, refund');
    this.addSql('drop sequence refund_number_seq');
    // What a refund holds may be returned already: it stays held, and an operator lets it go, or takes it back.
    this.addSql('update order_line set held_for = null where held_for is not null');
  }
}

// payment_id: whose money goes back; null where no money was taken. access: whether the lines are taken back, and by whom: 'caller' takes them back
// himself, and we call nobody. round: how often its gateway was asked anew after it had said that the refund failed; failed_references: what it called
// those. money_is_back: the money came back to us, so that it counts no more. next_attempt_at: while somebody works on it, the end of his lease. tried_since:
// its half that is under way is tried since then, or since an operator last had it tried again.
const REFUND = `create table refund (
  id uuid primary key,
  number text not null constraint refund_number_key unique,
  order_id uuid not null constraint refund_order_fkey references orders (id),
  order_number text not null,
  learner_username text not null,
  payment_id uuid constraint refund_payment_fkey references payment (id),
  origin text not null constraint refund_origin_check check (origin in ('request', 'gateway', 'dispute', 'late')),
  status text not null constraint refund_status_check
    check (status in ('requested', 'denied', 'approved', 'money_error', 'money_returned', 'access_error', 'complete')),
  amount_minor bigint not null constraint refund_amount_check check (amount_minor >= 0),
  currency text not null,
  access text not null constraint refund_access_check check (access in ('revoke', 'keep', 'caller')),
  reason text not null,
  requested_by text not null,
  decided_by text,
  decision_reason text,
  reference text,
  money_is_back boolean not null default false,
  access_note text,
  round integer not null default 1,
  failed_references text[] not null default '{}',
  attempts integer not null default 0,
  may_have_arrived boolean not null default false,
  failure_kind text constraint refund_failure_kind_check
    check (failure_kind in ('configuration', 'network', 'timeout', 'server', 'rejected', 'throttled', 'unknown')),
  failure_detail text,
  tried_since timestamptz,
  next_attempt_at timestamptz,
  claim_id uuid,
  lease_until timestamptz,
  created_at timestamptz not null,
  decided_at timestamptz,
  money_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null,
  constraint refund_failure_check check ((failure_kind is null) = (failure_detail is null)),
  constraint refund_claim_check check ((claim_id is null) = (lease_until is null)),
  constraint refund_due_check check (next_attempt_at is null or status in ('approved', 'money_returned')),
  constraint refund_money_check check (amount_minor = 0 or payment_id is not null),
  constraint refund_complete_check check ((status = 'complete') = (completed_at is not null))
)`;

// live: not denied. A line is taken back by one living refund at a time. was_held: an operator held it before, and goes on holding it where this refund is denied.
const REFUND_LINE = `create table refund_line (
  refund_id uuid not null constraint refund_line_refund_fkey references refund (id),
  line_id uuid not null constraint refund_line_line_fkey references order_line (id),
  amount_minor bigint not null constraint refund_line_amount_check check (amount_minor >= 0),
  was_held boolean not null,
  live boolean not null,
  constraint refund_line_pkey primary key (refund_id, line_id)
)`;

const REFUND_ATTEMPT = `create table refund_attempt (
  claim_id uuid primary key,
  refund_id uuid not null constraint refund_attempt_refund_fkey references refund (id),
  half text not null constraint refund_attempt_half_check check (half in ('money', 'access')),
  requested_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text not null constraint refund_attempt_outcome_check check (outcome in ('pending', 'done', 'waiting', 'failed', 'unknown')),
  detail text,
  constraint refund_attempt_ended_check check ((outcome = 'pending') = (ended_at is null))
)`;

const INDEXES = [
  `create index refund_order_index on refund (order_id, id)`,
  `create index refund_payment_index on refund (payment_id) where payment_id is not null`,
  `create index refund_status_index on refund (status, id desc)`,
  `create index refund_learner_index on refund (learner_username, id desc)`,
  `create index refund_due_index on refund (status, next_attempt_at) where next_attempt_at is not null`,
  // What a gateway tells of twice is written once; and money that came too late goes back once, and what is left of it after that.
  `create unique index refund_reference_key on refund (payment_id, reference) where reference is not null`,
  `create unique index refund_late_key on refund (payment_id) where origin = 'late' and status not in ('denied', 'complete')`,
  `create unique index refund_line_live_key on refund_line (line_id) where live`,
  `create index refund_attempt_refund_index on refund_attempt (refund_id, started_at)`,
];
