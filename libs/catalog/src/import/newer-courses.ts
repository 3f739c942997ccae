import type { CatalogProblem } from '../catalog.errors.js';
import type { ImportSession } from './import-session.js';

/**
 * Which of the courses `$2` were changed after their rows of the import `$1` were read. Where the rows come from the LMS (`$3`): or are not published
 * yet, or were published only after that. To be asked while the courses are locked, or somebody else may change one right after it.
 */
const NEWER = `
select c.id, case when p.wanted_version > coalesce(p.published_version, 0) then 'unpublished' when c.updated_at >= r.read_at then 'changed' else 'published' end as reason
  from (select course_id, min(read_at) as read_at from catalog_import_row where import_id = $1 and course_id = any ($2::text[]) group by course_id) r
  join course c on c.id = r.course_id
  left join publication p on $3 and p.course_id = c.id
 where c.version > 0
   and (p.wanted_version > coalesce(p.published_version, 0) or c.updated_at >= r.read_at or p.published_at >= r.read_at)`;

interface NewerRow {
  readonly id: string;
  readonly reason: 'unpublished' | 'changed' | 'published';
}

const WAYS_OUT = 'leave it out with --skip-wrong, or overwrite it with --overwrite-newer';
const REASONS: Readonly<Record<NewerRow['reason'], string>> = {
  unpublished: `the course was changed here, and the LMS does not know it yet: import it again when it is published, ${WAYS_OUT}`,
  changed: `the course was changed here after this was read: import it again, ${WAYS_OUT}`,
  published: `the course was published to the LMS after this was read: import it again, ${WAYS_OUT}`,
};

export interface ReadCourses {
  readonly importId: number;
  readonly courseIds: readonly string[];
  /** Whether they were read from the LMS that this catalog is published to. */
  readonly isLms: boolean;
}

/** Courses that know better than what was read of them, and why, by their ids. Somebody's work would be lost with them. */
export async function newerCourses(session: ImportSession, { importId, courseIds, isLms }: ReadCourses): Promise<Map<string, CatalogProblem>> {
  const rows = await session.query<NewerRow>(NEWER, [importId, courseIds, isLms]);
  return new Map(rows.map(({ id, reason }) => [id, { pointer: '', detail: REASONS[reason] }]));
}
