import pg from 'pg';
import { layCourse } from '../support/course-rows.js';
import { runOps, type OpsWatch } from '../support/ops.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { TEST_LMS_API_KEY, startSandbox, startWorker, type RunningProgram, type RunningSandbox } from '../support/processes.js';
import { TIMES, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

const id = (name: string) => `course-v1:PublishX+${name}+2026`;
const [GHOST, EXTRA] = [id('GHOST'), id('EXTRA')];

let database: TestDatabase;
let pool: pg.Pool;
let lms: RunningSandbox;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  lms = await startSandbox();
  for (const courseId of [GHOST, EXTRA]) await sell(courseId);
  await lms.control.seed({ courses: [{ id: EXTRA, name: 'Extra', modes: [{ slug: 'honor', minPrice: 5 }] }] });
}, 60_000);
afterEach(async () => {
  await lms.stop();
  await pool.end();
  await database.drop();
});

it('a course that the LMS refuses is listed with its words, and is published after it was mended there', async () => {
  expect(await ops('catalog', 'republish', GHOST, '--reason', 'for the first time', '--actor', 'ann')).toEqual({
    code: 0,
    out: `Asked for 1 course to be published, by ann: for the first time\nA worker publishes it at its next sweep. See: npm run ops -- catalog publications ${GHOST}\n`,
    err: '',
  });
  expect((await ops('catalog', 'publications')).out).toMatch(/^course .*\ncourse-v1:PublishX\+GHOST\+2026 +waiting +1 +- .* due +-\n\n1 waiting, /);

  const worker = await working();
  await until('the LMS refused it', async () => (await statuses())[GHOST] === 'failed', PATIENT_MS);
  const listed = await ops('catalog', 'publications');
  expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^course .*\ncourse-v1:PublishX\+GHOST\+2026 +failed +1 +- .* the LMS refused: .*GHOST.*\n\n0 waiting; 1 failed, 0 to be confirmed\.\n$/) as string, err: '' });
  const { items, more } = JSON.parse((await ops('catalog', 'publications', '--status', 'failed', '--json')).out) as { items: object[]; more: boolean };
  expect([items, more]).toMatchObject([[{ courseId: GHOST, status: 'failed', failure: { kind: 'rejected' } }], false]);
  const shown = (await ops('catalog', 'publications', GHOST)).out;
  expect(shown).toMatch(/ {2}next {7}It is not tried again by itself and waits for a course team or an operator, .*: npm run ops -- catalog republish course-v1:PublishX\+GHOST\+2026 --reason "\.\.\."\n/);
  expect(shown).toMatch(/attempts, newest first\n.* failed, HTTP \d+, \d+ ms, version 1, asked by ann: .*\n {2}asked for by operators, newest first\n.* by ann: for the first time\n$/);

  const found = JSON.parse((await runOps({ DATABASE_URL: database.url }, ['doctor', '--json'])).out) as { checks: { name: string; verdict: string; fact: string }[] };
  expect(found.checks.find(({ name }) => name === 'publications')).toMatchObject({ verdict: 'warn', fact: '0 waiting; 1 failed, 0 to be confirmed.' });

  const rehearsed = await ops('catalog', 'republish', '--failed', '--dry-run');
  expect(rehearsed.out).toMatch(/^Would ask for 1 course to be published\. Nothing was written\.\n\ncourse .*\ncourse-v1:PublishX\+GHOST\+2026 +failed /);
  expect((await statuses())[GHOST]).toBe('failed');

  const inVain = await ops('catalog', 'republish', GHOST, '--reason', 'again', '--wait');
  expect([inVain.code, inVain.out]).toEqual([1, expect.stringMatching(/^ {2}1 failed: /)]);

  await lms.control.seed({ courses: [{ id: GHOST, name: 'Ghost' }] });
  const mended = await ops('catalog', 'republish', '--failed', '--reason', 'it is there now', '--actor', 'ann', '--wait');
  expect(mended).toEqual({ code: 0, out: '  1 published\n', err: expect.stringContaining('Asked for 1 course to be published, by ann: it is there now\n') as string });
  expect((await drift(GHOST)).out).toBe('1 course compared: no drift.\n');
  expect((await ops('catalog', 'publications')).out).toBe('The LMS was told all that was to be published.\n');
  expect((await ops('catalog', 'republish', '--failed', '--reason', 'x')).out).toBe('No publication failed, so nothing was asked for.\n');
  await worker.stop();
}, 120_000);

it('what the LMS may lose is named, confirmed, and lost', async () => {
  const worker = await working();
  const stopped = await ops('catalog', 'republish', EXTRA, '--reason', 'x', '--wait', '--json');
  expect([stopped.code, JSON.parse(stopped.out)]).toMatchObject([1, { done: true, progress: { toConfirm: 1 }, items: [{ courseId: EXTRA, status: 'confirm_required', extraModes: [{ mode: 'honor', price: 5 }] }] }]);
  const { out } = await ops('catalog', 'publications', EXTRA);
  expect(out).toContain('  to confirm honor, for 5 USD: only at the LMS, and a publication removes it\n');
  expect(out).toContain(`confirms that the LMS loses it: npm run ops -- catalog republish ${EXTRA} --remove honor --reason "..."\n`);

  for (const how of [['--reason', 'x'], ['--dry-run']]) {
    expect(await ops('catalog', 'republish', EXTRA, '--remove', 'audit', ...how)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^When the LMS was last looked at, it did not have audit .* It had honor\./) as string });
  }
  expect((await ops('catalog', 'republish', EXTRA, '--remove', 'honor', '--dry-run')).out).toContain('The LMS might lose honor. Nothing was written.\n');
  expect((await statuses())[EXTRA]).toBe('confirm_required');

  expect(await ops('catalog', 'republish', EXTRA, '--remove', 'honor', '--reason', 'nobody buys it', '--wait')).toMatchObject({ code: 0, out: '  1 published\n' });
  expect((await ops('catalog', 'publications', EXTRA)).out).toContain('the LMS has lost honor\n');
  expect((await drift(EXTRA)).out).toBe('1 course compared: no drift.\n');
  await worker.stop();
}, 120_000);

it('goes on when nobody watches any more, and asks for nothing where one of the names is wrong', async () => {
  const wrong = await ops('catalog', 'republish', GHOST, id('TYPO'), '--reason', 'x');
  expect(wrong).toEqual({ code: 1, out: '', err: `The catalog does not have ${id('TYPO')}.\n` });
  expect(await statuses()).toEqual({});
  expect(await ops('catalog', 'publications', id('TYPO'))).toEqual({ code: 1, out: '', err: `The catalog does not have ${id('TYPO')}.\n` });
  expect((await ops('catalog', 'publications', GHOST)).err).toMatch(/^Nothing of course-v1:PublishX\+GHOST\+2026 was ever to be published\. /);

  let isInterrupted = false;
  const interrupted = await run(['catalog', 'republish', GHOST, EXTRA, '--reason', 'x', '--wait'], (_, kill) => {
    // The first thing it writes is what was asked for; a second Ctrl-C would end the program as it always does.
    if (!isInterrupted) kill('SIGINT');
    isInterrupted = true;
  });
  expect([interrupted.code, interrupted.out]).toEqual([130, expect.stringMatching(/^ {2}2 not published yet: tried again by themselves\n\ncourse /)]);
  expect(interrupted.err).toContain('It goes on without you. A worker publishes them at its next sweep. See: npm run ops -- catalog publications\n');
  expect(await statuses()).toEqual({ [GHOST]: 'waiting', [EXTRA]: 'waiting' });
}, 60_000);

it('wrong arguments say which, and nothing needs an LMS', async () => {
  expect(await ops('catalog', 'republish', GHOST)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Say why: --reason "\.\.\."\.\n\nUsage: npm run ops -- catalog republish /) as string });
  expect(await runOps({}, ['catalog', 'publications'])).toMatchObject({ code: 1, err: 'The environment does not fit; change this variable:\n  DATABASE_URL is missing\n' });
  const unwired = await runOps({ DATABASE_URL: database.url, PRODUCT_TYPES_FILE: '/nowhere' }, ['catalog', 'publications']);
  expect([unwired.code, unwired.out]).toEqual([0, 'The LMS was told all that was to be published.\n']);
}, 60_000);

/** Sold here in the mode `verified`. */
function sell(courseId: string): Promise<void> {
  const sql: Shop['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  return layCourse({ sql }, { id: courseId, modes: [{ sku: `SKU-${courseId.split('+')[1] ?? ''}`, mode: 'verified' }] });
}

async function statuses(): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ course_id: string; status: string }>('select course_id, status from publication');
  return Object.fromEntries(rows.map((row) => [row.course_id, row.status]));
}

function working(): Promise<RunningProgram> {
  return startWorker({ databaseUrl: database.url, lmsUrl: lms.url, env: { ...TIMES, SWEEP_INTERVAL_MS: '300' } });
}

function drift(courseId: string) {
  return runOps({ DATABASE_URL: database.url, LMS_URL: lms.url, LMS_API_KEY: TEST_LMS_API_KEY }, ['catalog', 'drift', '--course', courseId]);
}

function ops(...argv: string[]) {
  return run(argv);
}

/** With the database alone. */
function run(argv: readonly string[], watch?: OpsWatch) {
  return runOps({ DATABASE_URL: database.url }, argv, watch);
}
