import type { Column } from './columns.js';

/**
 * The rows of an import wait in a table of their own until all are read, so that they pass through no process's memory, and every
 * rule that needs more than one row is one statement over all of them.
 */

export const ADD_ROWS = `
insert into catalog_import_row (import_id, line, course_id, mode, course_name, partner, deadline_told, verification_deadline, sku, bulk_sku, draft, read_at)
select $1, *, $12::timestamptz from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::timestamptz[], $9::text[], $10::text[], $11::jsonb[])`;

/**
 * What is read from now on may miss every change of a course with a later time: changes that are yet to come, and those that are under way and
 * not committed. All of them lock the table.
 */
export const READING_TIME = `
select least(now(), min(a.xact_start))::text as at
  from pg_locks l join pg_stat_activity a using (pid)
 where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted and l.relation = 'course'::regclass
   and l.database = (select oid from pg_database where datname = current_database())`;

export const ADD_PROBLEMS = `
insert into catalog_import_problem (import_id, line, column_name, message) select $1, * from unnest($2::int[], $3::text[], $4::text[])`;

/** Takes out what an earlier part told of the courses `$2`. */
export const FORGET_PROBLEMS = `
delete from catalog_import_problem where import_id = $1 and line in (select line from catalog_import_row where import_id = $1 and course_id = any ($2::text[]))`;
export const FORGET_ROWS = `delete from catalog_import_row where import_id = $1 and course_id = any ($2::text[])`;

/** Without statistics PostgreSQL would plan for a few rows. */
export const ANALYZE_STAGED = `analyze catalog_import_row, catalog_import_problem`;

export interface ProblemRow {
  readonly line: number;
  readonly column_name: Column | null;
  readonly message: string;
  readonly course_id: string | null;
  readonly mode: string | null;
  readonly total: number;
}

/** The first `$2` problems of the import `$1`. The same is said once of a row. */
export const PROBLEMS = `
with problem as (
  select line, column_name, message, min(id) as id from catalog_import_problem where import_id = $1 group by line, column_name, message
)
select p.line, p.column_name, p.message, r.course_id, r.mode, (count(*) over ())::int as total
  from problem p left join catalog_import_row r on r.import_id = $1 and r.line = p.line
 order by p.line, p.id limit $2`;

export interface StagedRow {
  readonly line: number;
  readonly course_id: string;
  readonly mode: string;
  readonly course_name: string | null;
  readonly partner: string | null;
  readonly deadline_told: boolean;
  readonly verification_deadline: Date | null;
  readonly draft: unknown;
  /** As the catalog has it; null: not there. */
  readonly known_name: string | null;
  readonly known_provider: string | null;
}

/** The good rows of the next `$3` courses of the import `$1` after the course `$2`. */
export const NEXT_COURSES = `
with page as materialized (
  select distinct course_id from catalog_import_row where import_id = $1 and not wrong and course_id > $2 order by course_id limit $3
)
select r.line, r.course_id, r.mode, r.course_name, r.partner, r.deadline_told, r.verification_deadline, r.draft,
       c.name as known_name, p.details->>'creditProvider' as known_provider
  from page join catalog_import_row r on r.import_id = $1 and r.course_id = page.course_id
  left join course c on c.id = r.course_id
  left join product p on p.product_type = 'seat' and p.course_id = r.course_id and p.mode = r.mode
 order by r.course_id, r.line`;

/** How many courses `NEXT_COURSES` has of the import `$1`. */
export const COUNT_COURSES = `select count(distinct course_id)::int as courses from catalog_import_row where import_id = $1 and not wrong`;
