/** How it ended. The same rows as `NEXT_COURSES` count as good. `$1` import. */
export const COUNT = `
select count(*)::int as rows, (count(distinct course_id) filter (where wrong))::int as left_out,
       (count(*) filter (where not wrong and sku is null))::int as without_sku
  from catalog_import_row where import_id = $1`;

export interface CountRow {
  readonly rows: number;
  readonly left_out: number;
  readonly without_sku: number;
}

/** At most `$2` of the courses of the import `$1` whose last change nobody has asked to publish, and how many they are in all. */
export const UNPUBLISHED = `
select c.id, c.version, (count(*) over ())::int as total
  from (select distinct course_id from catalog_import_row where import_id = $1 and not wrong) imported
  join course c on c.id = imported.course_id
  left join publication p on p.course_id = c.id
 where c.version > 0 and (p.wanted_version is null or p.wanted_version < c.version) order by c.id limit $2`;

export interface UnpublishedRow {
  readonly id: string;
  /** A bigint, as text. */
  readonly version: string;
  readonly total: number;
}

/** A catalog that has just grown from a handful of rows must not be read by the plans that were good for a handful. */
export const ANALYZE_CATALOG = `analyze course, product, sku`;

export const HAS_PROBLEMS = `select exists (select from catalog_import_problem where import_id = $1) as yes`;
