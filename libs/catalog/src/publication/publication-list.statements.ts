import type { ExtraMode, PublicationFailureKind, PublicationOutcome, PublicationStatus } from './publication.js';
import { REQUESTED_AGAIN } from './publication.statements.js';

export interface PublicationRow {
  readonly course_id: string;
  readonly status: PublicationStatus;
  readonly wanted_version: string;
  readonly published_version: string | null;
  readonly published_at: Date | null;
  readonly requested_at: Date;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly waiting_since: Date | null;
  readonly due_at: Date | null;
  readonly tries: number;
  readonly failure_kind: PublicationFailureKind | null;
  readonly failure_detail: string | null;
  readonly failure_status: number | null;
  readonly extra_modes: ExtraMode[] | null;
  readonly removable_modes: string[];
  /** To the microsecond, as the list is ordered. */
  readonly position: string;
}

const COLUMNS = `course_id, status, wanted_version, published_version, published_at, requested_at, requested_by, reason, waiting_since, due_at, tries,
       failure_kind, failure_detail, failure_status, extra_modes, removable_modes, to_char(requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position`;

/** The `$1` publications with the oldest requests, after the position `$2` and the course `$3` (empty: from the first). */
export const LIST_PUBLICATIONS = {
  name: 'catalog.list_publications',
  text: `select ${COLUMNS} from publication where (requested_at, course_id) > ($2::timestamptz, $3) order by requested_at, course_id limit $1`,
};

/** The same, of the status `$4`. */
export const LIST_PUBLICATIONS_BY_STATUS = {
  name: 'catalog.list_publications_by_status',
  text: `select ${COLUMNS} from publication where status = $4 and (requested_at, course_id) > ($2::timestamptz, $3) order by requested_at, course_id limit $1`,
};

export const PUBLICATION_OF = { name: 'catalog.publication_of', text: `select ${COLUMNS} from publication where course_id = $1` };

export interface AttemptRow {
  readonly version: string;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly outcome: PublicationOutcome;
  readonly http_status: number | null;
  readonly detail: string | null;
  readonly removed_modes: string[];
}

/** The newest `$2` attempts of the course `$1`. */
export const ATTEMPTS_OF = {
  name: 'catalog.publication_attempts_of',
  text: `
select version, requested_by, reason, started_at, ended_at, outcome, http_status, detail, removed_modes
  from publication_attempt where course_id = $1 order by started_at desc limit $2`,
};

export interface RequestRow {
  readonly at: Date;
  readonly actor: string;
  readonly reason: string;
  readonly removable_modes: string[];
}

/** The newest `$2` requests of operators for the course `$1`. */
export const REQUESTS_OF = {
  name: 'catalog.publication_requests_of',
  text: `select at, actor, reason, removable_modes from publication_request where course_id = $1 order by id desc limit $2`,
};

/**
 * An operator wants the courses `$1` (text[], each at most once) published again, or for the first time: `$2` who, `$3` why, `$4` text[] the modes
 * that may be removed from the LMS. Courses that do not exist are left out, and so are those of which the LMS was not seen to have each of these modes
 * alone: that is asked of the row while it is locked, so that nobody confirms what he was not shown.
 */
export const REPUBLISH = {
  name: 'catalog.republish',
  text: `
with written as (
  insert into publication as p (course_id, wanted_version, status, requested_at, requested_by, reason, waiting_since, due_at, removable_modes, updated_at)
  select id, version, 'waiting', now(), $2, $3, now(), now(), $4::text[], now() from course
   where id = any ((select $1::text[])::text[]) and ($4::text[] = '{}' or exists (select from publication e where e.course_id = course.id)) order by id
  on conflict (course_id) do update
     set wanted_version = greatest(p.wanted_version, excluded.wanted_version), requested_by = excluded.requested_by, reason = excluded.reason,${REQUESTED_AGAIN}
   where excluded.removable_modes <@ array(select extra->>'mode' from jsonb_array_elements(p.extra_modes) extra)
  returning course_id, requests
), recorded as (
  insert into publication_request (course_id, at, actor, reason, removable_modes) select course_id, now(), $2, $3, $4 from written
)
select course_id, requests from written`,
};

export interface FiguresRow {
  readonly waiting: number;
  readonly failed: number;
  readonly confirm_required: number;
  readonly oldest_seconds: number;
}

/** How many courses the LMS does not know as they are, and for how long it has not known the oldest of those that need nobody. */
export const PUBLICATION_FIGURES = {
  name: 'catalog.publication_figures',
  text: `
select w.n as waiting, w.oldest_seconds,
       (select count(*)::int from publication where status = 'failed') as failed,
       (select count(*)::int from publication where status = 'confirm_required') as confirm_required
  from (select count(*)::int as n, coalesce(extract(epoch from now() - min(waiting_since)), 0)::float8 as oldest_seconds
          from publication where status in ('waiting', 'publishing')) w`,
};
