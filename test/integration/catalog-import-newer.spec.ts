import { expect } from '@jest/globals';
import pg from 'pg';
import { CatalogImport, CatalogImportError, CoursesService, ImportStoppedError, LmsSource, OttoSource, type ImportOptions, type ImportSource } from '#catalog';
import type { LmsCourse } from '#lms';
import { block } from '../support/blocker.js';
import { openCatalog, type TestCatalog } from '../support/catalog.js';
import { ottoCourse, ottoSeat } from '../support/otto-courses.js';
import { until } from '../support/until.js';

const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';

let catalog: TestCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
}, 60_000);
afterAll(() => catalog.close());
beforeEach(() => catalog.empty());

/** As a team does by PUT /v1/courses/{id}. */
async function change(id: string, price: number, sku: string): Promise<void> {
  const courses = catalog.app.get(CoursesService);
  const known = await courses.find(id);
  const modes = [{ mode: 'verified', priceMinor: price * 100, currency: 'USD', sku }];
  await courses.put({ id, name: `The course ${id}`, modes }, { ifVersion: known?.version ?? 'new', actor: 'cleo', confirmRemoval: false });
}

async function problemsOf(source: ImportSource, options?: ImportOptions): Promise<string[]> {
  const outcome: unknown = await catalog.app.get(CatalogImport).run(source, options).catch((thrown: unknown) => thrown);
  if (!(outcome instanceof CatalogImportError)) throw outcome instanceof Error ? outcome : new Error('It was imported.');
  return outcome.problems.map(({ courseId, message }) => `${courseId} ${message}`);
}

const run = (source: ImportSource, options?: ImportOptions) => catalog.app.get(CatalogImport).run(source, options);
const prices = async () => Object.fromEntries((await catalog.sql<{ sku: string; price: number }>('select sku, (price_minor / 100)::int as price from sku')).map(({ sku, price }) => [sku, price]));
const waitsForALock = () => until('it waits for a lock', async () => (await catalog.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0);

const CHANGED = /^course-v1:AcmeX\+BIO1\+2026 the course was changed here after this was read: import it again, leave it out with --skip-wrong, or overwrite it with --overwrite-newer$/;

/** Two courses of 49 USD on two pages; `meanwhile` is what happens while one of the pages is asked for. */
function otto(meanwhile: () => Promise<unknown> = () => Promise.resolve(), onPage = 2): OttoSource {
  const courses = [BIO, CHEM].map((id) => ottoCourse(id, [ottoSeat(id, { type: 'verified', sku: skuOf(id) })]));
  const page = async (number: number) => {
    if (number === onPage) await meanwhile();
    return { count: 2, next: number === 1 ? 'more' : null, results: courses.slice(number - 1, number) };
  };
  return new OttoSource({ pageSize: 1, page }, { url: 'https://otto.example.com', partnerId: null });
}

function skuOf(id: string): string {
  return id === BIO ? 'B' : 'C';
}

describe('a course that is changed while its source is read', () => {
  const breaksOff = () => Promise.reject(new ImportStoppedError('Otto is gone.'));

  beforeEach(() => Promise.all([change(BIO, 39, 'B'), change(CHEM, 39, 'C')]));

  it('is not overwritten by what was read before, nor is any other imported', async () => {
    await expect(run(otto(breaksOff))).rejects.toThrow('Otto is gone.');
    await change(BIO, 59, 'B');
    expect(await problemsOf(otto())).toEqual([expect.stringMatching(CHANGED)]);
    expect(await prices()).toEqual({ B: 59, C: 39 });
  });

  it('is read anew by the next import', async () => {
    await expect(run(otto(breaksOff))).rejects.toThrow('Otto is gone.');
    await change(BIO, 59, 'B');
    await problemsOf(otto());
    expect(await run(otto())).toMatchObject({ updated: 2 });
    expect(await prices()).toEqual({ B: 49, C: 49 });
  });

  it('may be left out, or overwritten, where that is wanted', async () => {
    const meanwhile = () => change(BIO, 59, 'B');
    expect(await run(otto(meanwhile), { skipWrong: true, publish: true })).toMatchObject({ updated: 1, courses: { leftOut: 1 } });
    expect(await prices()).toEqual({ B: 59, C: 49 });
    expect(await run(otto(() => change(BIO, 69, 'B')), { overwriteNewer: true })).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await prices()).toEqual({ B: 49, C: 49 });
  });

  it('is no problem where it is changed to what was read', async () => {
    expect(await run(otto(() => change(BIO, 49, 'B')))).toMatchObject({ updated: 1, unchanged: 1 });
  });

  it('is no problem where it is read after that', async () => {
    expect(await run(otto(() => change(CHEM, 59, 'C'), 2), { dryRun: true, skipWrong: true })).toMatchObject({ updated: 1, courses: { leftOut: 1 } });
    expect(await run(otto(() => change(CHEM, 69, 'C'), 1))).toMatchObject({ updated: 2 });
  });

  it('is told in a dry run', async () => {
    expect(await problemsOf(otto(() => change(BIO, 59, 'B')), { dryRun: true })).toEqual([expect.stringMatching(CHANGED)]);
  });

  // Judged before the row is locked, it would be found as it was.
  it('is not overwritten where it is changed while the import waits for it', async () => {
    const team = new pg.Client({ connectionString: catalog.databaseUrl });
    await team.connect();
    try {
      const problems = problemsOf(otto(() => team.query(`begin; select from course where id = '${BIO}' for no key update`)));
      await waitsForALock();
      await team.query('update course set version = version + 1, updated_at = now() where id = $1', [BIO]);
      await team.query('commit');
      expect(await problems).toEqual([expect.stringMatching(CHANGED)]);
    } finally {
      await team.end();
    }
  });

  // By the clock alone (without the locks in READING_TIME) the change would be older than what was read.
  it('is not overwritten where the change began before it was read', async () => {
    const blocker = await block(catalog.databaseUrl, 'update course set version = version + 1, updated_at = now() where id = $1', [BIO]);
    expect(await problemsOf(otto(() => blocker.release()))).toEqual([expect.stringMatching(CHANGED)]);
  });
});

describe('a course that is created while its source is read', () => {
  it('is not overwritten', async () => {
    expect(await problemsOf(otto(() => change(BIO, 59, 'B')))).toEqual([expect.stringMatching(CHANGED)]);
    expect(await prices()).toEqual({ B: 59 });
  });
});

describe('the LMS', () => {
  const course = (id: string, sku: string): LmsCourse => ({
    id,
    name: `The course ${id}`,
    verificationDeadline: null,
    modes: [{ slug: 'verified', price: 49, currency: 'USD', sku, bulkSku: null, expires: null, androidSku: null, iosSku: null }],
  });
  /** Shows the course at 49 USD, after `others`; `meanwhile` is what happens after its list was written. */
  function lms(meanwhile: () => Promise<unknown> = () => Promise.resolve(), others = 0): LmsSource {
    async function* list(): AsyncGenerator<LmsCourse> {
      await meanwhile();
      for (let other = 0; other < others; other += 1) yield course(`course-v1:AcmeX+R${other}+2026`, `R-${other}`);
      yield course(BIO, 'B');
    }
    return new LmsSource({ list }, 'https://lms.example.com');
  }
  const publish = () => catalog.sql(`update publication set status = 'published', published_version = wanted_version, published_at = now(), due_at = null`);

  it('does not take back a price that it was not told yet', async () => {
    await change(BIO, 59, 'B');
    expect(await problemsOf(lms())).toEqual([
      `${BIO} the course was changed here, and the LMS does not know it yet: import it again when it is published, leave it out with --skip-wrong, or overwrite it with --overwrite-newer`,
    ]);
    expect(await prices()).toEqual({ B: 59 });
    expect(await run(lms(), { overwriteNewer: true })).toMatchObject({ updated: 1 });
  });

  it('does not take back a price that it was told while its list was read', async () => {
    await change(BIO, 59, 'B');
    expect(await problemsOf(lms(publish))).toEqual([expect.stringContaining('the course was published to the LMS after this was read: import it again, ')]);
    expect(await prices()).toEqual({ B: 59 });
  });

  it('has one list, however long it is: its last part is as old as the first', async () => {
    const changeBio = () => change(BIO, 59, 'B').then(publish);
    expect(await problemsOf(lms(changeBio, 1_000))).toEqual([expect.stringMatching(CHANGED)]);
  });

  it('is believed where it was told of the newest change, or of none', async () => {
    await change(BIO, 59, 'B');
    await publish();
    expect(await run(lms())).toMatchObject({ updated: 1 });
    await catalog.sql('delete from publication');
    await catalog.sql('update sku set price_minor = 5900');
    expect(await run(lms())).toMatchObject({ updated: 1 });
  });

  it('is not asked about where a file is imported', async () => {
    await change(BIO, 59, 'B');
    expect(await catalog.importRows('course_id,course_name,mode,price,currency,expires,sku', [`${BIO},Bio,verified,49.00,USD,,B`])).toMatchObject({ updated: 1 });
  });
});
