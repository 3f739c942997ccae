import { expect, jest } from '@jest/globals';
import pg from 'pg';
import { startOps } from '../support/ops.js';
import { ottoCode, ottoCourse, ottoSeat } from '../support/otto-courses.js';
import { startOttoStub, type OttoStub } from '../support/otto-stub.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { TEST_LMS_API_KEY, startSandbox, type RunningSandbox } from '../support/processes.js';
import { PATIENT_MS, until } from '../support/until.js';

/** Each run of the program boots it, and a busy machine takes its time for that. */
jest.setTimeout(90_000);

const MATH = 'course-v1:AcmeX+MATH1+2026';

let database: TestDatabase;
let pool: pg.Pool;
let lms: RunningSandbox;
let otto: OttoStub;

beforeAll(async () => {
  [database, lms, otto] = await Promise.all([createTestDatabase(), startSandbox(), startOttoStub()]);
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await otto?.stop();
  await pool?.end();
  await database?.drop();
});
beforeEach(async () => {
  await sql('truncate course, product, sku, catalog_import, catalog_import_place, catalog_import_row, catalog_import_problem cascade');
  await otto.setFaults();
});

const sql = async <Row extends pg.QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows;
const rowsLeft = () => sql(`select 'row' from catalog_import_row union all select 'place' from catalog_import_place union all select 'problem' from catalog_import_problem`);

const OAUTH = { LMS_OAUTH_CLIENT_ID: 'sandbox-client', LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret' };

/** The built program, with its process, so that it can be killed. */
function start(argv: readonly string[], credentials: Readonly<Record<string, string>> = OAUTH) {
  return startOps({ DATABASE_URL: database.url, LMS_URL: lms.url, LMS_API_KEY: TEST_LMS_API_KEY, ...credentials }, ['catalog', 'import', ...argv]);
}

const run = (...argv: string[]) => start(argv).ended;
const fromOtto = (...more: string[]) => ['otto', '--url', otto.url, '--page-size', '2', ...more];

/** Twice as many courses as pages, each with a verified seat. */
const courses = (count: number, seat: (id: string, index: number) => object[] = (id, index) => [ottoSeat(id, { type: 'verified', sku: `SKU-${index}` })]) =>
  Array.from({ length: count }, (_, index) => {
    const id = `course-v1:edX+C${index}+2024`;
    return ottoCourse(id, seat(id, index));
  });

describe('an import from the LMS', () => {
  it('takes its courses with their SKUs, and finds nothing to change the second time', async () => {
    const first = await run('lms', '--credit-provider', 'acme-university');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^Imported 9 rows: 9 created, 0 updated, 0 unchanged\.\nCourses: 4 created, 0 updated, 0 unchanged\.\n4 courses of this import differ from what was published to the LMS\./);
    expect(await sql(`select p.mode, s.sku, s.price_minor::int as price, p.details->>'creditProvider' as provider from sku s join product p on p.id = s.product_id where p.course_id = '${MATH}' and p.product_type = 'seat' order by price`)).toEqual([
      { mode: 'audit', sku: '3F7A90D', price: 0, provider: null },
      { mode: 'verified', sku: 'E81B26F', price: 7_900, provider: null },
      { mode: 'credit', sku: '7C45D8A', price: 15_000, provider: 'acme-university' },
    ]);
    expect(await sql(`select sku from sku join product on product.id = product_id where product_type = 'enrollment-code' order by sku`)).toEqual([{ sku: 'C0A17EB' }, { sku: 'D3C2B1A' }]);

    expect((await run('lms', '--credit-provider', 'acme-university')).out).toMatch(/^Imported 9 rows: 0 created, 0 updated, 9 unchanged\.\n/);
    expect(await sql('select count(*)::int as n from sku_change')).toEqual([{ n: 11 }]);
  });

  it('counts what cannot be sold, gives a SKU where there is none, and has the LMS told when it is asked to', async () => {
    await lms.control.seed({ courses: [{ id: 'course-v1:AcmeX+MBA+2026', name: 'MBA', modes: [{ slug: 'masters', minPrice: 9_000 }, { slug: 'verified', minPrice: 49 }] }] });
    const { code, out } = await run('lms', '--credit-provider', 'acme-university', '--publish', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ dryRun: false, created: 10, withoutSku: 1, unpublished: 0, skipped: { 'modes masters': 1 }, problems: [], courses: expect.arrayContaining([expect.objectContaining({ courseId: MATH, result: 'created' })]) });
    expect(await sql(`select status, count(*)::int as n from publication group by status`)).toEqual([{ status: 'waiting', n: 5 }]);
    expect(await sql(`select s.sku ~ '^[0-9A-Z]{16}$' as ours from sku s join product p on p.id = s.product_id where p.course_id = 'course-v1:AcmeX+MBA+2026'`)).toEqual([{ ours: true }]);
  });

  it('names the row of what is wrong: who grants the credit, the LMS does not tell', async () => {
    const { code, err } = await run('lms');
    expect([code, err]).toEqual([1, `${MATH} credit, credit_provider: is needed for the mode credit, and belongs to no other\nNothing was imported: the list of the LMS has one problem.\n`]);
    expect(await sql('select id from course')).toEqual([]);
  });
});

describe('an import that calls the LMS', () => {
  it.each([['lms', 'The courses of the LMS cannot be read.'], ['otto', 'Reading Otto needs a user of the LMS']])('from %s says which credentials it lacks', async (kind, sentence) => {
    const { code, err } = await start(kind === 'otto' ? fromOtto() : [kind], {}).ended;
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).toContain('set LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET');
    expect(await sql('select id from catalog_import')).toEqual([]);
  });
});

describe('an import from Otto', () => {
  it('keeps its SKUs, and knows its seats for the modes that they are', async () => {
    const id = 'course-v1:edX+DemoX+2024';
    const products = [
      ottoSeat(id, { type: '', sku: 'A6DF528', price: '0.00' }),
      ottoSeat(id, { type: 'verified', sku: '8014CE6', expires: '2024-12-01T00:00:00Z' }),
      ottoSeat(id, { type: 'verified', sku: 'mobile.android.8014ce6' }),
      ottoSeat(id, { type: 'professional', sku: 'PRO', price: '199.00', idVerified: false }),
      ottoSeat(id, { type: 'credit', sku: 'CREDIT', price: '150.00', creditProvider: 'hogwarts' }),
      ottoCode(id, 'verified', '136F481'),
    ];
    await otto.setCourses([ottoCourse(id, products, { name: 'Demo', verification_deadline: '2024-12-31T00:00:00Z' })]);
    expect((await run(...fromOtto())).out).toMatch(/^Imported 4 rows: 4 created/);
    expect(await sql(`select p.product_type, p.mode, s.sku, s.android_sku, p.details->>'creditProvider' as provider, s.available_until <= now() as past from sku s join product p on p.id = s.product_id order by s.sku`)).toEqual([
      { product_type: 'enrollment-code', mode: 'verified', sku: '136F481', android_sku: null, provider: null, past: true },
      { product_type: 'seat', mode: 'verified', sku: '8014CE6', android_sku: 'mobile.android.8014ce6', provider: null, past: true },
      { product_type: 'seat', mode: 'audit', sku: 'A6DF528', android_sku: null, provider: null, past: null },
      { product_type: 'seat', mode: 'credit', sku: 'CREDIT', android_sku: null, provider: 'hogwarts', past: null },
      { product_type: 'seat', mode: 'no-id-professional', sku: 'PRO', android_sku: null, provider: null, past: null },
    ]);
  });

  it('killed in the middle is gone on with where it stopped', async () => {
    await otto.setCourses(courses(10));
    await otto.setFaults({ page: 3, kind: 'hang' });
    const { child, ended } = start(fromOtto());
    await until('it reads the third page', async () => (await otto.calls()).length === 3, PATIENT_MS);
    child.kill('SIGKILL');
    await ended;
    expect(await sql('select id from course')).toEqual([]);
    expect((await run('--list')).out).toMatch(/otto http.* broke off .*: the same command goes on +4 /);

    await otto.setFaults();
    const { code, out, err } = await run(...fromOtto());
    expect([code, out.split('\n')[0]]).toEqual([0, 'Imported 10 rows: 10 created, 0 updated, 0 unchanged.']);
    expect(err).toMatch(/^Going on with the import that broke off at .*: 4 rows are read already\.\n$/);
    expect((await otto.calls()).map(({ page }) => page)).toEqual([3, 4, 5]);
    expect(await rowsLeft()).toEqual([]);
  });

  it('asks again for what fails for a passing reason', async () => {
    await otto.setCourses(courses(8));
    await otto.setFaults({ page: 1, kind: 'status' }, { page: 2, kind: 'status', status: 429, retryAfter: '1' }, { page: 3, kind: 'reset' }, { page: 4, kind: 'cut' });
    expect((await run(...fromOtto())).out).toMatch(/^Imported 8 rows: 8 created/);
    expect((await otto.calls()).map(({ page, status }) => `${page} ${status}`)).toEqual(['1 503', '1 200', '2 429', '2 200', '3 null', '3 200', '4 null', '4 200']);
  });

  it('tells course, mode and column of what is wrong, and imports the rest when it is asked to', async () => {
    const seats = (id: string, index: number) => [[ottoSeat(id, { type: 'verified', sku: 'S0' })], [ottoSeat(id, { type: 'verified', sku: 'S1', price: '49.50' })], [ottoSeat(id, { type: 'professional', sku: 'S2', expires: '2027-01-01T00:00:00Z' })], [ottoSeat(id, { type: 'honor', sku: null })]][index] ?? [];
    await otto.setCourses(courses(4, seats));
    const refused = await run(...fromOtto());
    expect([refused.code, refused.err]).toEqual([
      1,
      [
        'course-v1:edX+C1+2024 verified, price: must be in whole units of USD: the LMS knows no smaller ones',
        'course-v1:edX+C2+2024 professional, expires: must be null: the LMS allows professional modes no upgrade deadline',
        "course-v1:edX+C3+2024: the seat of the mode honor has no SKU in Otto; with the partner's id in Otto (--otto-partner-id) it can be worked out",
        'Nothing was imported: Otto has 3 problems.',
        '',
      ].join('\n'),
    ]);
    expect(await rowsLeft()).toEqual([]);

    const { code, out } = await run(...fromOtto('--skip-wrong', '--otto-partner-id', '1'));
    expect([code, out.split('\n').slice(0, 2)]).toEqual([0, ['Imported 4 rows: 2 created, 0 updated, 0 unchanged.', 'Courses: 2 created, 0 updated, 0 unchanged, 2 left out because they are wrong.']]);
    expect(await sql('select id from course order by id')).toEqual([{ id: 'course-v1:edX+C0+2024' }, { id: 'course-v1:edX+C3+2024' }]);
  });

  it('as a dry run shows the difference field by field, and leaves no row', async () => {
    await otto.setCourses(courses(3));
    await run(...fromOtto());
    await otto.setCourses(courses(4, (id, index) => [ottoSeat(id, { type: 'verified', sku: `SKU-${index}`, price: index === 1 ? '59.00' : '49.00' })]));
    const before = await sql('select (select count(*) from catalog_import) as imports, (select count(*) from sku) as skus, (select count(*) from course) as courses');
    const { out } = await run(...fromOtto('--dry-run'));
    expect(out.split('\n').slice(0, 5)).toEqual([
      'course-v1:edX+C1+2024 verified: priceMinor 4900 -> 5900',
      'course-v1:edX+C3+2024: new',
      'course-v1:edX+C3+2024 verified: new',
      'Would import 4 rows: 1 created, 1 updated, 2 unchanged. Nothing was written.',
      'Courses: 1 created, 1 updated, 2 unchanged.',
    ]);
    expect(await sql('select (select count(*) from catalog_import) as imports, (select count(*) from sku) as skus, (select count(*) from course) as courses')).toEqual(before);
    expect(await rowsLeft()).toEqual([]);
  });

  it('says in a sentence why Otto cannot be read', async () => {
    await otto.setFaults({ page: 1, kind: 'status', status: 403 });
    expect(await run(...fromOtto())).toMatchObject({ code: 1, out: '', err: `Otto (${otto.url}) cannot be read at page 1: it answered 403: the owner of the OAuth application must be staff there.\n` });
    await otto.setFaults({ page: 1, kind: 'status', status: 401, times: 9 });
    expect((await run(...fromOtto())).err).toBe(`Otto (${otto.url}) cannot be read at page 1: it answered 401: it does not take the tokens of this LMS, 2 times.\n`);
    expect((await run('otto', '--url', lms.url)).err).toBe(`Otto (${lms.url}) cannot be read at page 1: it answered 404: there is no Otto at this address.\n`);
  });
});
