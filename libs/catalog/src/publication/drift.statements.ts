import type { PublicationStatus } from './publication.js';

export interface DriftStartRow {
  readonly started_at: Date;
  readonly courses: number;
}

/**
 * Since when changes count as made during a comparison, and of how many courses it will be: a change has the time at which its transaction began, so one
 * that is under way as well belongs to those that are made meanwhile.
 */
export const DRIFT_START = { name: 'catalog.drift_start', text: `
select least(now(), (select min(xact_start) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid())) as started_at,
       (select count(*)::int from course) as courses` };

export interface DriftStandingRow {
  readonly course_id: string;
  readonly status: PublicationStatus;
  readonly is_later: boolean;
}

/** How the publications of the courses `$1` stand, and whether they were published since `$2`. */
export const DRIFT_STANDINGS = {
  name: 'catalog.drift_standings',
  text: `select course_id, status, coalesce(published_at >= $2::timestamptz, false) as is_later from publication where course_id = any ((select $1::text[])::text[])`,
};
