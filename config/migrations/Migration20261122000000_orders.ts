import { Migration } from '@mikro-orm/migrations';

/** Orders, lines, attempts, history and idempotency records, with an index for each question that recurs. */
export class Migration20261122000000_orders extends Migration {
  override up(): void {
    this.addSql(`create sequence order_number_seq start 100001`);
    this.addSql(ORDERS);
    this.addSql(ORDER_LINES);
    this.addSql(ATTEMPTS);
    this.addSql(HISTORY);
    this.addSql(IDEMPOTENCY);
    for (const index of INDEXES) this.addSql(index);
  }

  override down(): void {
    this.addSql(`drop table idempotency_record, order_history, fulfillment_attempt, order_line, orders`);
    this.addSql(`drop sequence order_number_seq`);
  }
}

const ORDERS = `create table orders (
  id uuid primary key,
  number text not null constraint orders_number_key unique,
  status text not null constraint orders_status_check
    check (status in ('pending', 'open', 'complete', 'fulfillment_error', 'refunded', 'payment_error', 'expired')),
  currency text not null,
  total_minor bigint not null constraint orders_total_check check (total_minor >= 0),
  learner_username text not null,
  learner_email text,
  placed_by text not null,
  email_opt_in boolean not null,
  payment_processor text not null,
  payment_reference text,
  payment_status text not null constraint orders_payment_status_check check (payment_status in ('pending', 'settled')),
  line_count integer not null constraint orders_line_count_check check (line_count > 0),
  placed_at timestamptz not null
)`;

// A line is claimed exactly while it has a claim id; its lease says until when.
const ORDER_LINES = `create table order_line (
  id uuid primary key,
  order_id uuid not null constraint order_line_order_fkey references orders (id),
  position integer not null,
  sku text not null,
  product_id uuid not null,
  product_type text not null,
  title text not null,
  details jsonb not null,
  quantity integer not null constraint order_line_quantity_check check (quantity between 1 and 1000),
  unit_price_minor bigint not null constraint order_line_price_check check (unit_price_minor >= 0),
  learner_username text not null,
  learner_address text,
  sold_once boolean not null,
  status text not null constraint order_line_status_check
    check (status in ('open', 'fulfilling', 'accepted', 'fulfilled', 'failed', 'revoked')),
  attempts integer not null,
  may_have_arrived boolean not null default false,
  failure_kind text constraint order_line_failure_kind_check
    check (failure_kind in ('configuration', 'network', 'timeout', 'server', 'rejected', 'throttled', 'unknown')),
  failure_detail text,
  failure_passing boolean,
  receipt text,
  next_attempt_at timestamptz,
  held_at timestamptz,
  claim_id uuid,
  claim_purpose text constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke')),
  lease_until timestamptz,
  constraint order_line_claim_check check ((claim_id is null) = (lease_until is null) and (claim_id is null) = (claim_purpose is null)),
  constraint order_line_fulfilling_check check (status <> 'fulfilling' or claim_purpose = 'deliver'),
  constraint order_line_failure_check check ((failure_kind is null) = (failure_detail is null) and (failure_kind is null) = (failure_passing is null))
)`;

const ATTEMPTS = `create table fulfillment_attempt (
  claim_id uuid primary key,
  line_id uuid not null constraint fulfillment_attempt_line_fkey references order_line (id),
  purpose text not null constraint fulfillment_attempt_purpose_check check (purpose in ('deliver', 'revoke')),
  requested_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  duration_ms integer,
  outcome text not null constraint fulfillment_attempt_outcome_check check (outcome in ('pending', 'fulfilled', 'revoked', 'failed', 'unknown')),
  http_status integer,
  detail text,
  constraint fulfillment_attempt_ended_check check ((outcome = 'pending') = (ended_at is null))
)`;

const HISTORY = `create table order_history (
  id bigint generated always as identity primary key,
  order_id uuid not null constraint order_history_order_fkey references orders (id),
  line_id uuid,
  at timestamptz not null,
  actor text not null,
  event text not null,
  from_status text,
  to_status text,
  reason text
)`;

const IDEMPOTENCY = `create table idempotency_record (
  caller text not null,
  route text not null,
  key text not null,
  fingerprint text not null,
  order_id uuid not null constraint idempotency_record_order_fkey references orders (id),
  created_at timestamptz not null,
  answer_status integer,
  answer_body text,
  answered_at timestamptz,
  constraint idempotency_record_pkey primary key (caller, route, key),
  constraint idempotency_record_answer_check check ((answer_status is null) = (answer_body is null))
)`;

const INDEXES = [
  // Own orders, newest first: ids are UUIDv7, so they sort by time of placing.
  `create index orders_learner_index on orders (learner_username, id desc)`,
  `create index orders_status_index on orders (status, id desc)`,
  `create index order_line_order_index on order_line (order_id, position)`,
  `create index order_line_sku_index on order_line (sku, order_id desc)`,
  `create index order_line_failure_index on order_line (failure_kind, order_id desc) where failure_kind is not null`,
  // What is due, and whose holder is gone.
  `create index order_line_due_index on order_line (next_attempt_at) where status = 'open' and next_attempt_at is not null and held_at is null`,
  `create index order_line_lease_index on order_line (lease_until) where lease_until is not null`,
  // Does this learner own or await this product? The unique one lets two purchases at the same moment not both pass.
  `create index order_line_owned_index on order_line (learner_username, product_id) where status <> 'revoked'`,
  `create unique index order_line_sold_once_key on order_line (learner_username, product_id) where sold_once and status <> 'revoked'`,
  `create index fulfillment_attempt_line_index on fulfillment_attempt (line_id, started_at)`,
  `create index order_history_order_index on order_history (order_id, id)`,
  `create index idempotency_record_order_index on idempotency_record (order_id)`,
  `create index idempotency_record_created_index on idempotency_record (created_at)`,
];
