/** What the rows of one import say against each other. What they say against the catalog is the course writer's to find. */

const FIRST = `
with keyed as (
  select line, course_id, mode, min(line) over (partition by course_id, mode) as first_line
    from catalog_import_row where import_id = $1 and course_id is not null and mode is not null
)`;

const SEAT_TWICE = `${FIRST}
insert into catalog_import_problem (import_id, line, other_line, column_name, message)
select $1, line, first_line, 'mode', 'the same course and mode stand in line ' || first_line from keyed where line > first_line`;

const SKU_TWICE = `
with named as (
  select line, 'sku' as column_name, 1 as turn, sku from catalog_import_row where import_id = $1 and sku is not null
  union all
  select line, 'bulk_sku', 2, bulk_sku from catalog_import_row where import_id = $1 and bulk_sku is not null
), keyed as (
  select line, column_name, turn, first_value(line) over same as first_line, row_number() over same as nth
    from named window same as (partition by sku order by line, turn)
)
insert into catalog_import_problem (import_id, line, other_line, column_name, message)
select $1, line, first_line, column_name, case when line = first_line then 'the same SKU stands twice in this row' else 'the same SKU stands in line ' || first_line end
  from keyed where nth > 1 order by line, turn`;

/** All rows of a course must agree on what is the course's; a row that says nothing agrees. */
const disagreement = (column: string, told: string, name: string) => `
with first as (
  select distinct on (course_id) course_id, line, ${told} from catalog_import_row
   where import_id = $1 and course_id is not null and ${told} is not null order by course_id, line
)
insert into catalog_import_problem (import_id, line, other_line, column_name, message)
select $1, r.line, f.line, '${column}', 'the same course has another ${name} in line ' || f.line
  from catalog_import_row r join first f using (course_id) where r.import_id = $1 and r.${told} <> f.${told}`;

/** `$1` import. */
export const CHECKS = [
  SEAT_TWICE,
  SKU_TWICE,
  disagreement('course_name', 'course_name', 'name'),
  disagreement('partner', 'partner', 'partner'),
  disagreement('verification_deadline', 'verification_deadline', 'deadline'),
];

/**
 * A course is imported as a whole or not at all: one wrong row spoils it. Of two courses that name the same SKU nobody knows
 * which is right, so neither is imported.
 */
export const MARK_WRONG = `
update catalog_import_row set wrong = true
 where import_id = $1 and not wrong and course_id in (
   select r.course_id from catalog_import_problem p join catalog_import_row r on r.import_id = $1 and r.line in (p.line, p.other_line) where p.import_id = $1
 )`;
