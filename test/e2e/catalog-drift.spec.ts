import type { ChildProcess } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { startOps, type OpsRun } from '../support/ops.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { TEST_LMS_API_KEY, startSandbox, startWorker, type RunningSandbox } from '../support/processes.js';
import { TIMES } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

const id = (name: string) => `course-v1:DriftX+${name}+2026`;
const EXPIRES = '2036-08-01T23:59:59Z';
/** The sandbox's own application. */
const OAUTH = { LMS_OAUTH_CLIENT_ID: 'sandbox-client', LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret' };

interface Report {
  readonly courses: readonly { readonly id: string; readonly publication: string | null; readonly needsConfirmation: boolean; readonly differences: readonly unknown[] }[];
  readonly compared: number;
  readonly onlyAtLms: number;
  readonly repair: { readonly requested: number; readonly toConfirm: number } | null;
}

let database: TestDatabase;
let pool: pg.Pool;
let lms: RunningSandbox;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  lms = await startSandbox();
  for (const name of ['SAME', 'PRICE', 'LACKED', 'EXTRA']) await sell(id(name));
  await seed('SAME');
  await seed('PRICE');
  await seed('EXTRA');
  await lms.control.seed({ courses: [{ id: id('LACKED'), name: 'Known, and without modes' }] });
}, 60_000);
afterEach(async () => {
  await lms.stop();
  await pool.end();
  await database.drop();
});

it('finds what was edited behind our back, and has it published again; what only the LMS has is left to a person', async () => {
  await seed('PRICE', [mode('verified', { minPrice: 59, expiresAt: null })]);
  await seed('EXTRA', [mode('verified'), mode('honor', { minPrice: 5 })]);

  const found = await drift();
  expect([found.code, found.report.compared]).toEqual([1, 3]);
  expect(byId(found.report)).toEqual({
    [id('PRICE')]: [
      { kind: 'field', mode: 'verified', field: 'price', ours: 49, atLms: 59 },
      { kind: 'field', mode: 'verified', field: 'expires', ours: EXPIRES, atLms: null },
    ],
    [id('LACKED')]: [{ kind: 'missing_at_lms', mode: 'verified' }],
    [id('EXTRA')]: [{ kind: 'only_at_lms', mode: 'honor', price: 5, currency: 'USD' }],
  });
  // The sandbox's own courses, none of which is sold here.
  expect(found.report.onlyAtLms).toBeGreaterThan(0);
  expect((await pool.query('select from publication')).rowCount).toBe(0);

  const repaired = await drift('--repair', '--actor', 'ann');
  expect([repaired.code, repaired.report.repair]).toEqual([1, { requested: 3, toConfirm: 1 }]);
  await published({ [id('PRICE')]: 'published', [id('LACKED')]: 'published', [id('EXTRA')]: 'confirm_required' });
  expect((await pool.query<{ requested_by: string }>('select distinct requested_by from publication')).rows).toEqual([{ requested_by: 'ann' }]);

  const left = await drift();
  expect([left.code, left.report.compared]).toEqual([1, 4]);
  expect(left.report.courses).toMatchObject([{ id: id('EXTRA'), publication: 'confirm_required', needsConfirmation: true }]);
}, 90_000);

it('is well when nothing drifts, and after all of it could be repaired', async () => {
  await seed('PRICE', [mode('verified', { sku: 'edited' })]);
  expect((await drift('--repair')).code).toBe(0);
  await published({ [id('PRICE')]: 'published', [id('LACKED')]: 'published' });
  const { code, out } = await ops('catalog', 'drift');
  expect([code, out.split('\n')[0]]).toEqual([0, '4 courses compared: no drift.']);
}, 90_000);

it('compares one course with the API key alone', async () => {
  await seed('PRICE', [mode('verified', { minPrice: 59 })]);
  const { code, out } = await run({ env: {}, argv: ['catalog', 'drift', '--course', id('PRICE')] });
  expect([code, out]).toEqual([1, `${id('PRICE')}\n  verified: price is 49 here and 59 at the LMS\n1 course compared: 1 drifting.\nSay --repair to have them published again: the LMS then gets what the catalog has.\n`]);
  expect((await ops('catalog', 'drift', '--course', id('SAME'))).code).toBe(0);
  expect((await ops('catalog', 'drift', '--course', id('LACKED'))).out).toContain('verified: missing at the LMS');
  expect(await ops('catalog', 'drift', '--course', id('NOBODY'))).toMatchObject({ code: 1, out: '', err: `Neither the catalog nor the LMS has the course ${id('NOBODY')}.\n` });
}, 60_000);

it('says what it needs, and what the LMS says', async () => {
  const without = await run({ env: {}, argv: ['catalog', 'drift'] });
  expect([without.code, without.err]).toEqual([1, expect.stringMatching(/^The list of courses needs a user of the LMS: set LMS_OAUTH_CLIENT_ID [^\n]*\n$/)]);
  const wrong = await run({ env: { ...OAUTH, LMS_OAUTH_CLIENT_SECRET: 'a-wrong-secret' }, argv: ['catalog', 'drift'] });
  expect([wrong.code, wrong.err]).toEqual([1, 'The LMS answered 401: no token for our OAuth application: error: invalid_client\n']);
  expect(await ops('catalog', 'drfit')).toMatchObject({ code: 2, err: expect.stringContaining('There is no subcommand "drfit".') as string });
}, 60_000);

it('ends by Ctrl-C while the LMS is still at its list', async () => {
  await lms.control.faults({ kind: 'hang_before', path: '/api/commerce/' });
  const asked = async () => (await lms.control.ledger()).some(({ path }) => path === '/api/commerce/v1/courses/');
  const interrupted = { env: OAUTH, argv: ['catalog', 'drift'], started: (child: ChildProcess) => void until('the list is asked for', asked, PATIENT_MS).then(() => child.kill('SIGINT')) };
  expect(await run(interrupted)).toEqual({ code: 130, out: '', err: 'Interrupted: not every course was compared.\n' });
}, 60_000);

/** Sold here in the mode `verified`. */
async function sell(courseId: string): Promise<void> {
  const productId = randomUUIDv7();
  await pool.query(`insert into course (id, name) values ($1, $1)`, [courseId]);
  await pool.query(
    `insert into product (id, product_type, title, course_id, mode, details, created_at, updated_at) values ($1, 'seat', 'A seat', $2, 'verified', jsonb_build_object('courseId', $2::text, 'mode', 'verified'), now(), now())`,
    [productId, courseId],
  );
  await pool.query(`insert into sku (sku, product_id, price_minor, currency, available_until, created_at, updated_at) values ($1, $2, 4900, 'USD', $3, now(), now())`, [skuOf(courseId), productId, EXPIRES]);
}

/** What the LMS has of it; what the catalog has, unless the modes say otherwise. */
async function seed(name: string, modes: readonly object[] = [mode('verified')]): Promise<void> {
  const own = modes.map((fields) => ({ ...('sku' in fields ? {} : { sku: skuOf(id(name)) }), ...fields }));
  await lms.control.seed({ courses: [{ id: id(name), name, modes: own }] });
}

function mode(slug: string, changes: object = {}): object {
  return { slug, minPrice: 49, expiresAt: EXPIRES, ...changes };
}

function skuOf(courseId: string): string {
  return `SKU-${courseId.slice('course-v1:DriftX+'.length).replace('+', '-')}`;
}

/** Lets a worker publish until the publications stand so. */
async function published(statuses: Readonly<Record<string, string>>): Promise<void> {
  const worker = await startWorker({ databaseUrl: database.url, lmsUrl: lms.url, env: { ...TIMES, ...OAUTH, SWEEP_INTERVAL_MS: '300' } });
  await until(
    JSON.stringify(statuses),
    async () => {
      const { rows } = await pool.query<{ course_id: string; status: string }>('select course_id, status from publication');
      const standing = Object.fromEntries(rows.map((row) => [row.course_id, row.status]));
      return Object.entries(statuses).every(([courseId, status]) => standing[courseId] === status);
    },
    PATIENT_MS,
  );
  await worker.stop();
}

function byId({ courses }: Report): Record<string, readonly unknown[]> {
  return Object.fromEntries(courses.map((course) => [course.id, course.differences]));
}

async function drift(...argv: string[]): Promise<{ code: number | null; report: Report }> {
  const { code, out, err } = await ops('catalog', 'drift', '--json', ...argv);
  expect(err).toBe('');
  return { code, report: JSON.parse(out) as Report };
}

function ops(...argv: string[]) {
  return run({ env: OAUTH, argv });
}

interface Run {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly started?: (child: ChildProcess) => void;
}

function run({ env, argv, started }: Run): Promise<OpsRun> {
  const { child, ended } = startOps({ DATABASE_URL: database.url, LMS_URL: lms.url, LMS_API_KEY: TEST_LMS_API_KEY, ...env }, argv);
  started?.(child);
  return ended;
}
