import { expect } from '@jest/globals';
import { CatalogImport, ImportStoppedError, OttoSource, type ImportProgress } from '#catalog';
import { QUOTE } from '../../libs/catalog/src/catalog.statements.js';
import { COURSES_BY_ID } from '../../libs/catalog/src/courses/course.statements.js';
import { LOCK_CLASS } from '../../libs/catalog/src/import/import-record.statements.js';
import type { OttoPage } from '../../libs/catalog/src/import/otto.course.js';
import { block } from '../support/blocker.js';
import { openCatalog, type TestCatalog } from '../support/catalog.js';
import { ottoCourse, ottoSeat } from '../support/otto-courses.js';
import { until } from '../support/until.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';

let catalog: TestCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
}, 60_000);
afterAll(() => catalog.close());
beforeEach(() => catalog.empty());

describe('while an import is written', () => {
  // Without the advisory lock of `waitForTurn` the second import is through at once, and two large ones may wait for each other in a circle.
  it('another import waits, and nobody who reads or buys does', async () => {
    await catalog.importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,B`, `${CHEM},Chem,audit,0.00,USD,,C`]);
    const blocker = await block(catalog.databaseUrl, 'select from course where id = $1 for update', [BIO]);
    const phases: ImportProgress['phase'][] = [];
    const first = catalog.importRows(HEADER, [`${BIO},Bio,audit,1.00,USD,,B`]);
    let second: ReturnType<TestCatalog['importRows']> | undefined;
    try {
      await until('the first import stands at the course', async () => (await catalog.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === 1);
      second = catalog.importRows(HEADER, [`${CHEM},Chem,audit,1.00,USD,,C`], { onProgress: ({ phase }) => phases.push(phase) });
      await until('the second import waits', () => Promise.resolve(phases.includes('waiting')), 2_000);
      expect(await catalog.sql(QUOTE.text, [['B']])).toMatchObject([{ sku: 'B', price_minor: '0' }]);
      expect(await catalog.sql(COURSES_BY_ID.text, [[BIO, CHEM]])).toHaveLength(2);
    } finally {
      await blocker.release();
      await Promise.all([first, second]);
    }
    expect(await Promise.all([first, second])).toMatchObject([{ updated: 1 }, { updated: 1 }]);
  });
});

describe('an import that is read for long', () => {
  const page: OttoPage = { count: 1, next: null, results: [ottoCourse(BIO, [ottoSeat(BIO, { type: 'verified' })])] };
  const otto = (answer: (number: number) => Promise<OttoPage>, url = 'https://otto.example.com') => new OttoSource({ pageSize: 100, page: answer }, { url, partnerId: null });

  // Without the advisory lock of `ImportRecords.take` the second one would go on with what the first is still reading.
  it('is read by one process at a time', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const reading: string[] = [];
    const first = catalog.app.get(CatalogImport).run(
      otto(async () => {
        reading.push('first');
        await opened;
        return page;
      }),
    );
    await until('the first one reads', () => Promise.resolve(reading.length === 1));
    await expect(catalog.app.get(CatalogImport).run(otto(() => Promise.resolve(page)))).rejects.toThrow(ImportStoppedError);
    expect(await catalog.app.get(CatalogImport).list()).toMatchObject([{ source: 'otto', status: 'reading', running: true }]);
    open();
    expect(await first).toMatchObject({ created: 1 });
  });

  it('may tell of a course twice, when it changed meanwhile: the later page counts', async () => {
    const pages = [
      { count: 3, next: 'more', results: [ottoCourse(BIO, [ottoSeat(BIO, { type: 'verified', sku: 'B', price: 'much' })]), ottoCourse(CHEM, [ottoSeat(CHEM, { type: 'verified', sku: 'C' })])] },
      { count: 3, next: null, results: [ottoCourse(BIO, [ottoSeat(BIO, { type: 'verified', sku: 'B', price: '59.00' })])] },
    ];
    const source = new OttoSource({ pageSize: 2, page: (number) => Promise.resolve(pages[number - 1] ?? null) }, { url: 'https://otto.example.com', partnerId: null });
    expect(await catalog.app.get(CatalogImport).run(source)).toMatchObject({ rows: 2, created: 2, wrong: { problems: [] } });
    expect(await catalog.sql('select sku, price_minor from sku order by sku')).toEqual([{ sku: 'B', price_minor: '5900' }, { sku: 'C', price_minor: '4900' }]);
  });

  it('is left for whoever goes on with it, and removed when it is too old', async () => {
    const broken = (number: number) => (number === 1 ? Promise.resolve({ ...page, next: 'more' }) : Promise.reject(new ImportStoppedError('Otto is gone.')));
    await expect(catalog.app.get(CatalogImport).run(otto(broken))).rejects.toThrow('Otto is gone.');
    await catalog.importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,B`]);
    expect(await catalog.app.get(CatalogImport).list()).toMatchObject([{ source: 'otto', status: 'reading', running: false }, { source: 'csv', status: 'done' }]);
    await catalog.sql(`update catalog_import set updated_at = now() - interval '4 days' where source = 'otto'`);
    await catalog.importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,B`]);
    expect(await catalog.app.get(CatalogImport).list()).toMatchObject([{ source: 'csv' }, { source: 'csv' }]);
  });

  describe('and that broke off when all was read', () => {
    const asked: number[] = [];
    const source = () =>
      otto((number) => {
        asked.push(number);
        return Promise.resolve(page);
      });

    beforeEach(async () => {
      asked.length = 0;
      const blocker = await block(catalog.databaseUrl, 'select pg_advisory_xact_lock($1, 0)', [LOCK_CLASS.writing]);
      const phases: ImportProgress['phase'][] = [];
      const broken = catalog.app.get(CatalogImport).run(source(), { onProgress: ({ phase }) => phases.push(phase) });
      const failed = expect(broken).rejects.toThrow();
      await until('it waits to be written', () => Promise.resolve(phases.includes('waiting')));
      await catalog.sql(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted`);
      await failed;
      await blocker.release();
      expect(await catalog.app.get(CatalogImport).list()).toMatchObject([{ status: 'read', rows: 1 }]);
    });

    it('goes on without reading again', async () => {
      expect(await catalog.app.get(CatalogImport).run(source())).toMatchObject({ rows: 1, created: 1 });
      expect(asked).toEqual([1]);
    });

    it('is read again where that is wanted', async () => {
      expect(await catalog.app.get(CatalogImport).run(source(), { restart: true })).toMatchObject({ rows: 1, created: 1 });
      expect(asked).toEqual([1, 1]);
    });

    // Without the question for the place (`row.rows !== null`) it would go on with no row, and say that it is done.
    it('is begun anew after a crash of the database server, which empties what is staged', async () => {
      // What PostgreSQL does then to tables that are not logged.
      await catalog.sql('truncate catalog_import_place, catalog_import_row, catalog_import_problem');
      expect(await catalog.app.get(CatalogImport).run(source())).toMatchObject({ rows: 1, created: 1 });
      expect(asked).toEqual([1, 1]);
    });
  });
});
