import { Migration } from '@mikro-orm/migrations';

/** Which courses use this service, and which the order workflow before it. */
export class Migration20261122000500_rollout extends Migration {
  override up(): void {
    this.addSql(VERSION);
  }

  override down(): void {
    this.addSql(`drop table rollout_version`);
  }
}

// A change is a row, and none is ever changed: the newest counts, and all of them are the history. Of two changes to the same version, one meets the key of the other.
const VERSION = `create table rollout_version (
  version bigint primary key constraint rollout_version_check check (version > 0),
  document jsonb not null,
  actor text not null,
  reason text not null,
  created_at timestamptz not null
)`;
