import { Migration } from '@mikro-orm/migrations';

/**
 * Lines that a provider has accepted for later, and the results that it reports.
 *
 * It adds empty columns and checks that are not validated, so it waits for nobody for long and touches no row. Replicas of the version
 * before go on beside it: they accept nothing, and leave alone what is accepted.
 */
export class Migration20261122000700_accepted extends Migration {
  override up(): void {
    for (const statement of [LINE_COLUMNS, ...CLAIM_PURPOSES, ...ATTEMPTS, ...INDEXES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop index order_line_accepted_index, order_line_overdue_index');
    this.addSql(`alter table fulfillment_attempt drop constraint fulfillment_attempt_purpose_check, drop constraint fulfillment_attempt_outcome_check,
      add constraint fulfillment_attempt_purpose_check check (purpose in ('deliver', 'revoke')) not valid,
      add constraint fulfillment_attempt_outcome_check check (outcome in ('pending', 'fulfilled', 'revoked', 'failed', 'unknown')) not valid`);
    this.addSql(`alter table order_line drop constraint order_line_claim_purpose_check,
      add constraint order_line_claim_purpose_check check (claim_purpose in ('deliver', 'revoke', 'decide')) not valid`);
    const columns = ['accepted_at', 'accepted_reference', 'accepted_until', 'verify_every_ms', 'result_outcome', 'result_detail'];
    this.addSql(`alter table order_line ${columns.map((column) => `drop column ${column}`).join(', ')}`);
  }
}

// accepted_*: the provider's last acceptance; while the line is accepted it fails at accepted_until, and is read back every
// verify_every_ms. result_*: what the provider has reported and no settle has applied yet.
const LINE_COLUMNS = `alter table order_line
  add column accepted_at timestamptz,
  add column accepted_reference text,
  add column accepted_until timestamptz,
  add column verify_every_ms bigint,
  add column result_outcome text constraint order_line_result_outcome_check check (result_outcome in ('fulfilled', 'failed')),
  add column result_detail text,
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

const INDEXES = [
  // By product type first: one whose provider is away must not stand before the others.
  `create index order_line_accepted_index on order_line (product_type, next_attempt_at) where status = 'accepted'`,
  `create index order_line_overdue_index on order_line (accepted_until) where status = 'accepted'`,
];
