import { Migration } from '@mikro-orm/migrations';

/**
 * Orders that wait for their money, payments at gateways, and the inbox of the gateways' webhooks.
 *
 * Lines get columns with constant defaults, and no row is touched; indexes of lines are made, which reads the table five times,
 * so a shop with a million orders waits for seconds. Replicas of the version before go on beside it: they sell nothing through gateways,
 * and leave alone what waits for its money. Their statements do not say what the narrower indexes want to hear, so the wider ones stay
 * for them; the next version drops `order_line_owned_index`, `order_line_unadopted_index` and `order_line_unfinished_index`.
 */
export class Migration20261122000900_payments extends Migration {
  override up(): void {
    const statements = [PATIENCE, ORDER_COLUMNS, LINE_COLUMNS, ...INDEXES, PAYMENT, ...PAYMENT_INDEXES, PAYMENT_EVENT, ...PAYMENT_EVENT_INDEXES, PAYMENT_RECONCILIATION];
    for (const statement of statements) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table payment_reconciliation, payment_event, payment');
    this.addSql('alter table order_line drop constraint order_line_unpaid_check');
    for (const statement of [...UNPAID_ENDS, ...FORMER_INDEXES]) this.addSql(statement);
    this.addSql('alter table order_line drop column payment, drop column held_for');
    this.addSql('alter table orders drop column expires_at, drop column expiry_check_at');
  }
}

// Buyers wait behind a migration that waits: it gives up, and is run again (`runMigrations`).
const PATIENCE = `set local lock_timeout = '3s'`;

// expires_at: while the order waits for its money, until when. expiry_check_at: when somebody next sees to that.
const ORDER_COLUMNS = `alter table orders add column expires_at timestamptz, add column expiry_check_at timestamptz`;

// payment: of its order, repeated here because indexes ask for it. 'lapsed' is what nobody paid for in time: it counts as owned by nobody.
// held_for: the refund that keeps it from being delivered; a replica of the version before, which ends the line, leaves it there.
const LINE_COLUMNS = `alter table order_line
  add column payment text not null default 'paid',
  add column held_for uuid,
  add constraint order_line_payment_check check (payment in ('awaited', 'paid', 'lapsed')) not valid,
  add constraint order_line_unpaid_check check (payment = 'paid' or status = 'open' and claim_id is null and paid_at is null and next_attempt_at is null) not valid,
  add constraint order_line_held_for_check check (held_for is null or held_at is not null or status in ('fulfilled', 'revoked')) not valid`;

const INDEXES = [
  `create index orders_expiry_index on orders (expiry_check_at) where status in ('pending', 'payment_error')`,
  `create index order_line_owner_index on order_line (learner_username, product_id) where status <> 'revoked' and payment <> 'lapsed'`,
  // This one cannot stay beside its successor: it would not let a learner buy what he once let lapse.
  `drop index order_line_sold_once_key`,
  `create unique index order_line_sold_once_key on order_line (learner_username, product_id) where sold_once and status <> 'revoked' and payment <> 'lapsed'`,
  `create index order_line_stray_index on order_line (id) where payment = 'paid' and claim_id is null and (status = 'open' and next_attempt_at is null or status in ('open', 'failed') and paid_at is null)`,
  // Not what nobody ever paid for: it stays open for good, and would be counted at every scrape.
  `create index order_line_backlog_index on order_line (failure_kind, product_type, course_id, paid_at) include (status, held_at, given_up_at) where status in ('open', 'failed') and paid_at is not null`,
  // Whoever asks for the smallest time of payment has said that there is one.
  `drop index order_line_waiting_index`,
  `create index order_line_waiting_index on order_line (paid_at) where status in ('open', 'failed') and given_up_at is null and paid_at is not null`,
];

const FORMER_INDEXES = [
  `drop index orders_expiry_index, order_line_owner_index, order_line_sold_once_key, order_line_stray_index, order_line_backlog_index, order_line_waiting_index`,
  `create unique index order_line_sold_once_key on order_line (learner_username, product_id) where sold_once and status <> 'revoked'`,
  `create index order_line_waiting_index on order_line (paid_at) where status in ('open', 'failed') and given_up_at is null`,
];

// The version before knows no order that waits for its money: they expire, and what was not paid for is taken out.
const UNPAID_ENDS = [
  `update order_line set status = 'revoked' where payment <> 'paid'`,
  `update orders set status = 'expired' where status in ('pending', 'payment_error')`,
];

// One row for each payment of an order, written before its gateway hears of it: its id is the idempotency key there. captured_minor: what the
// gateway took, or what an invoice stands for; refunded_minor: what went back of it, whoever returned it; reserved_minor: what is on its way
// back. next_check_at: when it is read back by itself; while somebody does, the end of his lease. parked_cause: why captured money did not open its order; parked_action: what becomes of it.
const PAYMENT = `create table payment (
  id uuid primary key,
  order_id uuid not null constraint payment_order_fkey references orders (id),
  order_number text not null,
  processor text not null,
  status text not null constraint payment_status_check check (status in ('created', 'started', 'captured', 'failed')),
  amount_minor bigint not null constraint payment_amount_check check (amount_minor >= 0),
  currency text not null,
  reference text,
  capture_reference text,
  captured_minor bigint not null default 0,
  captured_currency text,
  refunded_minor bigint not null default 0,
  reserved_minor bigint not null default 0,
  declined text,
  opened_order boolean not null default false,
  parked_cause text constraint payment_parked_cause_check check (parked_cause in ('order_expired', 'already_paid', 'already_owned', 'amount_differs')),
  parked_action text constraint payment_parked_action_check check (parked_action in ('refund', 'ask', 'done')),
  owed boolean not null default false,
  owed_settled_at timestamptz,
  owed_settled_by text,
  failure_kind text,
  failure_detail text,
  attempts integer not null default 0,
  next_check_at timestamptz,
  created_at timestamptz not null,
  captured_at timestamptz,
  updated_at timestamptz not null,
  constraint payment_refunded_check check (refunded_minor >= 0 and reserved_minor >= 0 and refunded_minor + reserved_minor <= captured_minor),
  constraint payment_captured_check check ((status = 'captured') = (captured_at is not null)),
  constraint payment_parked_check check ((parked_cause is null) = (parked_action is null) and (parked_cause is null or status = 'captured')),
  constraint payment_opened_check check (not opened_order or status = 'captured'),
  constraint payment_failure_check check ((failure_kind is null) = (failure_detail is null))
)`;

const PAYMENT_INDEXES = [
  `create index payment_order_index on payment (order_id, id)`,
  `create unique index payment_reference_key on payment (processor, reference) where reference is not null`,
  `create index payment_capture_reference_index on payment (processor, capture_reference) where capture_reference is not null`,
  // An order is opened by one payment, and has one at a time that can still be paid.
  `create unique index payment_opened_key on payment (order_id) where opened_order`,
  `create unique index payment_living_key on payment (order_id) where status in ('created', 'started')`,
  `create index payment_check_index on payment (next_check_at) where next_check_at is not null`,
  `create index payment_parked_index on payment (parked_action, id) where parked_action in ('refund', 'ask')`,
  // For reconciliation: what was captured in a span of time.
  `create index payment_captured_index on payment (processor, captured_at) where captured_at is not null`,
  // What cannot be read back, and is tried again by itself.
  `create index payment_failing_index on payment (id) include (processor, failure_kind) where failure_kind is not null and next_check_at is not null`,
  `create index payment_owed_index on payment (id) where owed and owed_settled_at is null and refunded_minor < captured_minor`,
];

// Every event whose signature was good, byte for byte, before its gateway was answered. 'ignored': none of ours to act on; 'parked': it names no
// payment of ours, or could not be dealt with, and waits for an operator.
const PAYMENT_EVENT = `create table payment_event (
  id uuid primary key,
  processor text not null,
  event_id text not null,
  type text not null,
  body text not null,
  payment_reference text,
  capture_reference text,
  payment_id text,
  order_number text,
  status text not null constraint payment_event_status_check check (status in ('received', 'processed', 'ignored', 'parked')),
  detail text,
  attempts integer not null default 0,
  deliveries integer not null default 1,
  received_at timestamptz not null,
  processed_at timestamptz,
  next_attempt_at timestamptz,
  claim_id uuid,
  lease_until timestamptz,
  constraint payment_event_key unique (processor, event_id),
  constraint payment_event_due_check check ((status = 'received') = (next_attempt_at is not null)),
  constraint payment_event_claim_check check ((claim_id is null) = (lease_until is null))
)`;

const PAYMENT_EVENT_INDEXES = [
  `create index payment_event_due_index on payment_event (next_attempt_at) where status = 'received'`,
  `create index payment_event_status_index on payment_event (status, id desc)`,
  `create index payment_event_order_index on payment_event (order_number, id desc) where order_number is not null`,
  // Bodies are emptied when they are old.
  `create index payment_event_body_index on payment_event (received_at) where status in ('processed', 'ignored') and body <> ''`,
];

// A row for each gateway: when it is compared with our payments next, who does so just now, and what came of the last time. findings: the first hundred.
// What was counted and found is that of the last run that was made to the end, at last_complete_at; of the first ones where none was.
const PAYMENT_RECONCILIATION = `create table payment_reconciliation (
  processor text primary key,
  next_run_at timestamptz not null,
  claim_id uuid,
  lease_until timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  last_complete_at timestamptz,
  window_since timestamptz,
  window_until timestamptz,
  repaired boolean,
  "end" text constraint payment_reconciliation_end_check check ("end" in ('complete', 'stopped', 'failed')),
  listed integer,
  own integer,
  read_back integer,
  settled integer,
  differences jsonb,
  findings jsonb,
  failure_kind text,
  failure_detail text,
  constraint payment_reconciliation_claim_check check ((claim_id is null) = (lease_until is null)),
  constraint payment_reconciliation_failure_check check ((failure_kind is null) = (failure_detail is null))
)`;
