import { expect } from '@jest/globals';
import pg from 'pg';
import { CatalogDatabase } from '../../libs/catalog/src/catalog.database.js';
import { PublicationClaims } from '../../libs/catalog/src/publication/publication-claims.service.js';
import { REPUBLISH } from '../../libs/catalog/src/publication/publication-list.statements.js';
import { block } from '../support/blocker.js';
import { openCatalog, type TestCatalog } from '../support/catalog.js';
import { until } from '../support/until.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';
const MATH = 'course-v1:AcmeX+MATH1+2026';

let catalog: TestCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
}, 60_000);
afterAll(() => catalog.close());
beforeEach(() => catalog.empty());

const rowsOf = (courses: readonly string[], price: string) => courses.map((id) => `${id},The course,audit,${price},USD,,`);
const holdsCourse = (id: string) => block(catalog.databaseUrl, 'select from course where id = $1 for update', [id]);
const waitForALock = (count: number) =>
  until(`${count} wait for a lock`, async () => (await catalog.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === count);

const stopped = (message: string) => ({ name: 'ImportStoppedError', message });

describe('while an import that is to be published is written', () => {
  // Were each page of courses published as it is written, their publications would be locked until all are.
  it("nobody waits with a publication's outcome", async () => {
    const many = Array.from({ length: 501 }, (_, index) => `course-v1:AcmeX+R${1_000 + index}+2026`);
    const [first = '', last = ''] = [many[0], many.at(-1)];
    await catalog.importRows(HEADER, rowsOf(many, '0.00'), { publish: true });
    const claims = new PublicationClaims(catalog.app.get(CatalogDatabase, { strict: false }), { leaseMs: 60_000, timeoutMs: 5_000, maxLostLeases: 3, waitForLeaveMs: 0 });
    const claim = await claims.claim(first, false);
    if (!claim) throw new Error('It was not claimed.');
    const blocker = await holdsCourse(last);
    let written = 0;
    const importing = catalog.importRows(HEADER, rowsOf(many, '1.00'), { publish: true, onProgress: (step) => void (written = step.phase === 'writing' ? step.courses : 0) });
    try {
      await waitForALock(1);
      expect(written).toBe(500);
      expect(await catalog.sql('select course_id from publication where course_id = $1 for no key update nowait', [first])).toHaveLength(1);
      expect(await claims.settle(claim, { result: 'published', version: 1, removedModes: [] }, null)).toEqual({ dueInMs: null });
    } finally {
      await blocker.release();
    }
    expect(await importing).toMatchObject({ updated: 501, unpublished: 0 });
    expect(await catalog.sql('select status, wanted_version, published_version from publication where course_id = $1', [first])).toEqual([{ status: 'waiting', wanted_version: '2', published_version: '1' }]);
  });

  // Were publications taken in another order than that of their ids (`UNPUBLISHED`, `REQUEST_PUBLICATION`), both would wait for each other.
  it('its courses may be published again by somebody else', async () => {
    await catalog.importRows(HEADER, rowsOf([BIO, CHEM, MATH], '0.00'), { publish: true });
    const blocker = await block(catalog.databaseUrl, 'select from publication where course_id = $1 for update', [CHEM]);
    const again = catalog.sql(REPUBLISH.text, [[MATH, CHEM, BIO], 'cleo', 'drift', []]);
    await waitForALock(1);
    const importing = catalog.importRows(HEADER, rowsOf([BIO, CHEM, MATH], '1.00'), { publish: true });
    const both = Promise.allSettled([again, importing]);
    await waitForALock(2);
    await blocker.release();
    expect(await both).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled', value: { updated: 3, unpublished: 0 } }]);
    expect(await catalog.sql('select distinct p.wanted_version = c.version as newest, p.requests from publication p join course c on c.id = p.course_id')).toEqual([{ newest: true, requests: '3' }]);
  });
});

describe('an import that comes second', () => {
  it('says that somebody took one of its SKUs', async () => {
    const taken = `with donation as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), 'donation', 'Donation', '{}', now(), now()) returning id)
      insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select 'TAKEN', id, 500, 'USD', now(), now() from donation`;
    const blocker = await block(catalog.databaseUrl, taken);
    const importing = expect(catalog.importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,TAKEN`])).rejects.toMatchObject(stopped('Nothing was imported: somebody else took one of the SKUs at the same time. Import again.'));
    await waitForALock(1);
    await blocker.release();
    await importing;
    expect(await catalog.sql('select id from course')).toEqual([]);
  });

  it('says that somebody changed one of its courses, where the two waited for each other', async () => {
    await catalog.importRows(HEADER, rowsOf([BIO, CHEM, MATH], '0.00'));
    const other = new pg.Client({ connectionString: catalog.databaseUrl });
    await other.connect();
    try {
      // It never looks for the circle itself, so that the import is the one that is ended.
      await other.query(`set deadlock_timeout = '10min'; begin; select from course where id = '${MATH}' for update`);
      const blocker = await holdsCourse(CHEM);
      const importing = expect(catalog.importRows(HEADER, rowsOf([BIO, CHEM, MATH], '1.00'))).rejects.toMatchObject(stopped('Nothing was imported: somebody else changed one of the courses at the same time. Import again.'));
      await waitForALock(1);
      const changing = other.query('update course set version = version + 1 where id = $1', [BIO]);
      await waitForALock(2);
      await blocker.release();
      await importing;
      await changing;
    } finally {
      await other.end();
    }
    expect(await catalog.sql('select distinct price_minor from sku')).toEqual([{ price_minor: '0' }]);
  });
});
