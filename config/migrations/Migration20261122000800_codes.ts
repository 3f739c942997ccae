import { Migration } from '@mikro-orm/migrations';

/** Enrollment codes: which line they were sold by, and who used them up. */
export class Migration20261122000800_codes extends Migration {
  override up(): void {
    for (const statement of [CODE, ...INDEXES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql(`drop table enrollment_code`);
  }
}

// A line has each position once, however often its codes are issued. A code is used up as a whole or not at all, and what is used up is not voided.
const CODE = `create table enrollment_code (
  code text collate "C" primary key constraint enrollment_code_form_check check (code ~ '^[A-HJ-NP-Z2-9]{16}$'),
  line_id uuid not null,
  position integer not null constraint enrollment_code_position_check check (position > 0),
  order_number text not null,
  course_id text not null,
  mode text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  redeemed_at timestamptz,
  redeemed_by text,
  redemption_order_id uuid constraint enrollment_code_redemption_key unique,
  redemption_order_number text,
  voided_at timestamptz,
  constraint enrollment_code_position_key unique (line_id, position),
  constraint enrollment_code_redeemed_check check ((redeemed_at is null) = (redeemed_by is null) and (redeemed_at is null) = (redemption_order_id is null)),
  constraint enrollment_code_number_check check (redemption_order_number is null or redeemed_at is not null),
  constraint enrollment_code_voided_check check (voided_at is null or redeemed_at is null)
)`;

const INDEXES = [
  // The codes of an order, page by page. The other questions are answered by the keys.
  `create index enrollment_code_order_index on enrollment_code (order_number, line_id, position)`,
];
