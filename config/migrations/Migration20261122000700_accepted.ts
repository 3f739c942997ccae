import { Migration } from '@mikro-orm/migrations';

/**
 * Lines that a provider has accepted for later, and the results that it reports.
 *
 * It adds empty columns and checks that are not validated, and touches no row; it reads the table of lines for three indexes that are
 * empty, so a shop with a million orders waits for seconds. Replicas of the version before go on beside it: they accept nothing, and
 * leave alone what is accepted.
 */
export class Migration20261122000700_accepted extends Migration {
  override up(): void {
    for (const statement of [PATIENCE, LINE_COLUMNS, ...CLAIM_PURPOSES, ...ATTEMPTS, ...INDEXES, REPORTS]) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table reported_result');
    for (const statement of [...ACCEPTED_ENDS, 'drop index order_line_accepted_index, order_line_overdue_index, order_line_reported_index']) this.addSql(statement);
    this.addSql(`alter table fulfillment_attempt drop constraint fulfillment_attempt_purpose_check, drop constraint fulfillment_attempt_outcome_check,
      add constraint fulfillment_attempt_purpose_check check (purpose in ('deliver', 'revoke')) not valid,
      add constraint fulfillment_attempt_outcome_check check (outcome in ('pending', 'fulfilled', 'revoked', 'failed', 'unknown')) not valid`);
    this.addSql(`alter table order_line drop constraint order_line_claim_purpose_check,
      add constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke', 'decide')) not valid`);
    const columns = ['accepted_reference', 'accepted_until', 'verify_every_ms', 'result_outcome', 'result_detail'];
    this.addSql(`alter table order_line ${columns.map((column) => `drop column ${column}`).join(', ')}`);
  }
}

// Buyers wait behind a migration that waits: it gives up, and is run again (`runMigrations`).
const PATIENCE = `set local lock_timeout = '3s'`;

// accepted_*: the provider's last acceptance; while the line is accepted it fails at accepted_until, and is read back every
// verify_every_ms. result_*: what the provider has reported and no settle has applied yet.
const LINE_COLUMNS = `alter table order_line
  add column accepted_reference text,
  add column accepted_until timestamptz,
  add column verify_every_ms bigint,
  add column result_outcome text,
  add column result_detail text,
  add constraint order_line_result_outcome_check check (result_outcome in ('fulfilled', 'failed')) not valid,
  add constraint order_line_accepted_check check (status <> 'accepted' or accepted_until is not null and verify_every_ms > 0 and accepted_reference is not null and next_attempt_at is not null) not valid,
  add constraint order_line_result_check check ((result_outcome is null) = (result_detail is null)) not valid`;

// A claim may also be for a look at a line that the provider has accepted.
const CLAIM_PURPOSES = [
  `alter table order_line drop constraint order_line_claim_purpose_check`,
  `alter table order_line add constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke', 'decide', 'verify')) not valid`,
];

const ATTEMPTS = [
  `alter table fulfillment_attempt drop constraint fulfillment_attempt_purpose_check, drop constraint fulfillment_attempt_outcome_check`,
  `alter table fulfillment_attempt
     add constraint fulfillment_attempt_purpose_check check (purpose in ('deliver', 'revoke', 'verify')) not valid,
     add constraint fulfillment_attempt_outcome_check check (outcome in ('pending', 'fulfilled', 'accepted', 'revoked', 'failed', 'unknown')) not valid`,
];

// Every message of a provider about a line, by its own identifier: one that is sent again is known again, whatever has become of the line since.
const REPORTS = `create table reported_result (
  line_id uuid not null constraint reported_result_line_fkey references order_line (id),
  message_id text not null,
  outcome text not null constraint reported_result_outcome_check check (outcome in ('fulfilled', 'failed')),
  detail text not null,
  reported_at timestamptz not null,
  constraint reported_result_pkey primary key (line_id, message_id)
)`;

const INDEXES = [
  // By product type first: one whose provider is away must not stand before the others.
  `create index order_line_accepted_index on order_line (product_type, next_attempt_at) where status = 'accepted'`,
  `create index order_line_overdue_index on order_line (accepted_until) where status = 'accepted'`,
  // What was reported and not applied: empty but for the moment between the two.
  `create index order_line_reported_index on order_line (id) where result_outcome is not null`,
];

// Nobody would look at an accepted line any more: it fails visibly, and is read back first when it is sent again.
const ACCEPTED_ENDS = [
  `update orders set status = 'fulfillment_error' where status = 'open' and id in (select order_id from order_line where status = 'accepted')`,
  `update order_line set status = 'failed', failure_kind = 'timeout', failure_passing = false, may_have_arrived = true, next_attempt_at = null, claim_id = null, claim_purpose = null, lease_until = null,
          failure_detail = 'A provider had accepted it for later when this service went back to a version that does not wait for providers.'
    where status = 'accepted'`,
  `update fulfillment_attempt set purpose = 'deliver' where purpose = 'verify'`,
  `update fulfillment_attempt set outcome = 'unknown', ended_at = coalesce(ended_at, now()) where outcome = 'accepted' or outcome = 'pending' and claim_id not in (select claim_id from order_line where claim_id is not null)`,
];
