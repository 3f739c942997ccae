import { Migration } from '@mikro-orm/migrations';

/** Imports of the catalog: what was imported by whom, and the rows of those that are under way. */
export class Migration20261122000600_catalog_import extends Migration {
  override up(): void {
    for (const statement of [IMPORT, PLACE, ROW, PROBLEM, ...INDEXES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql(`drop table catalog_import_problem, catalog_import_row, catalog_import_place, catalog_import`);
  }
}

const IMPORT = `create table catalog_import (
  id integer generated always as identity primary key,
  source text not null constraint catalog_import_source_check check (source in ('csv', 'lms', 'otto')),
  origin text not null,
  actor text not null,
  status text not null default 'reading' constraint catalog_import_status_check check (status in ('reading', 'read', 'done')),
  counts jsonb,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint catalog_import_finished_check check ((status = 'done') = (finished_at is not null))
)`;

// What is staged is not logged: it can be read again, and after a crash of the server it is gone as a whole, the place behind it too.
const PLACE = `create unlogged table catalog_import_place (
  import_id integer primary key,
  position text,
  rows integer not null default 0,
  skipped jsonb not null default '{}'
)`;

const ROW = `create unlogged table catalog_import_row (
  import_id integer not null,
  line integer not null,
  course_id text,
  mode text,
  course_name text,
  partner text,
  deadline_told boolean not null,
  verification_deadline timestamptz,
  sku text,
  bulk_sku text,
  draft jsonb not null,
  read_at timestamptz not null,
  wrong boolean not null default false,
  primary key (import_id, line)
)`;

const PROBLEM = `create unlogged table catalog_import_problem (
  id bigint generated always as identity primary key,
  import_id integer not null,
  line integer not null,
  other_line integer,
  column_name text,
  message text not null
)`;

const INDEXES = [
  `create index catalog_import_unfinished_index on catalog_import (id) where status <> 'done'`,
  `create index catalog_import_row_course_index on catalog_import_row (import_id, course_id)`,
  `create index catalog_import_problem_index on catalog_import_problem (import_id, line)`,
];
