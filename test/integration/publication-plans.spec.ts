import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmOptions } from '#config';
import { CLAIM, FIND_DUE, SETTLE } from '../../libs/catalog/src/publication/publication-claim.statements.js';
import { ATTEMPTS_OF, LIST_PUBLICATIONS, LIST_PUBLICATIONS_BY_STATUS, PUBLICATION_FIGURES, REQUESTS_OF } from '../../libs/catalog/src/publication/publication-list.statements.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** Every question that recurs has an index: none of them reads a table from end to end, with 20,000 courses of which a few wait. */
let database: TestDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmOptions({ url: database.url, poolSize: 2 }));
  await run(`insert into course (id, name, version) select 'course-v1:AcmeX+C' || n || '+2026', 'Course ' || n, 1 from generate_series(1, 20000) n`);
  await run(`insert into publication (course_id, wanted_version, status, requested_at, requested_by, due_at, claim_id, lease_until, updated_at)
    select id, 1, s, now() - n * interval '1 minute', 'cleo', case s when 'waiting' then now() - n * interval '1 second' end, case s when 'publishing' then gen_random_uuid() end,
           case s when 'publishing' then now() - interval '1 second' end, now()
      from (select id, n, case when n % 400 = 0 then 'waiting' when n % 997 = 0 then 'publishing' when n % 800 = 1 then 'failed' when n % 900 = 2 then 'confirm_required' else 'published' end as s
              from (select id, row_number() over () as n from course) c) d`);
  await run(`insert into publication_attempt (claim_id, course_id, version, requested_by, started_at, outcome)
    select gen_random_uuid(), course_id, 1, 'cleo', now() - n * interval '1 day', 'published' from publication, generate_series(1, 5) n`);
  await run(`insert into publication_request (course_id, at, actor, reason, removable_modes) select course_id, now(), 'olga', 'r', '{}' from publication`);
  await run('analyze');
}, 60_000);
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

const run = <Row>(sql: string) => orm.em.fork().execute<Row[]>(sql);

async function plan({ text }: { text: string }, ...values: readonly string[]): Promise<string> {
  const asked = values.reduce((sql, value, index) => sql.replaceAll(new RegExp(`\\$${index + 1}(?!\\d)`, 'g'), value), text);
  const rows = await run<Record<string, string>>(`explain ${asked}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const ID = `'course-v1:AcmeX+C7+2026'`;
const UUID = `'00000000-0000-4000-8000-000000000000'::uuid`;
const AFTER = [`'2026-01-01T00:00:00.000001Z'`, ID];
const SETTLED = [ID, UUID, '1', `'published'`, 'null', '1', 'null', 'null', 'null', 'null', '1', 'null', `'published'`, '1', `'{}'`, `'{}'`, '0'];

describe('what the worker asks', () => {
  it.each([
    ['what is due', FIND_DUE, ['500'], 'publication_due_index'],
    ['whose holder is gone', FIND_DUE, ['500'], 'publication_lease_index'],
    ['for one course', CLAIM, [ID, '90000', 'true', '90000'], 'publication_attempt_index'],
    ['to write down what came of it', SETTLE, SETTLED, 'publication_attempt_pkey'],
  ])('%s is found by an index', async (_, statement, values, index) => {
    const found = await plan(statement, ...values);
    expect(found).toContain(index);
    expect(found).not.toMatch(/Seq Scan/);
  });
});

describe('what operators and the metrics ask', () => {
  it.each([
    ['a page of all', LIST_PUBLICATIONS, ['21', ...AFTER], 'publication_requested_index'],
    ['a page of a status', LIST_PUBLICATIONS_BY_STATUS, ['21', ...AFTER, `'failed'`], 'publication_status_index'],
    ['the attempts of one', ATTEMPTS_OF, [ID, '20'], 'publication_attempt_index'],
    ['what was wanted of one', REQUESTS_OF, [ID, '20'], 'publication_request_index'],
    ['how many wait', PUBLICATION_FIGURES, [], 'publication_status_index'],
  ])('%s is found by an index', async (_, statement, values, index) => {
    const found = await plan(statement, ...values);
    expect(found).toContain(index);
    expect(found).not.toMatch(/Seq Scan/);
  });
});
