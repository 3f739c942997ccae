import { expect } from '@jest/globals';
import { CatalogService, ImportStoppedError } from '#catalog';
import { openCatalog, type TestCatalog } from '../support/catalog.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';
const MATH = 'course-v1:AcmeX+MATH1+2026';

let catalog: TestCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
  await catalog.sql(`insert into partner (code, name) values ('edx', 'edX')`);
}, 60_000);
afterAll(() => catalog.close());
beforeEach(() => catalog.empty());

const importRows: TestCatalog['importRows'] = (...args) => catalog.importRows(...args);
const problemsOf: TestCatalog['problemsOf'] = (...args) => catalog.problemsOf(...args);
const skus = async () => (await catalog.sql<{ sku: string }>('select sku from sku where withdrawn_at is null order by sku')).map(({ sku }) => sku);

describe('a row', () => {
  it.each([
    [`BIO1,Bio,audit,0.00,USD,,`, /^2 course_id must be the key of a course run/],
    [`${BIO},Bio,verified,49.50,USD,,`, /^2 price must be in whole units of USD: the LMS knows no smaller ones$/],
    [`${BIO},Bio,verified,-1.00,USD,,`, /^2 price "-1.00" is no price/],
    [`${BIO},Bio,verified,1000000000000,USD,,`, /^2 price "1000000000000" is more than/],
    [`${BIO},Bio,verified,49.00,ZZZ,,`, /^2 currency "ZZZ" is no ISO 4217/],
    [`${BIO},Bio,professional,99.00,USD,2027-08-01T23:59:59Z,`, /^2 expires must be null: the LMS allows professional modes no upgrade deadline$/],
    [`${BIO},Bio,no-id-professional,99.00,USD,2027-08-01T23:59:59Z,`, /^2 expires must be null/],
    [`${MATH},Math,credit,150.00,USD,,`, /^2 credit_provider is needed for the mode credit/],
  ])('%s is refused: %s', async (row, problem) => {
    expect(await problemsOf(HEADER, [row])).toEqual([expect.stringMatching(problem)]);
    expect(await skus()).toEqual([]);
  });

  it('may have dates that have passed: it is just not for sale', async () => {
    await importRows(`${HEADER},verification_deadline`, [`${BIO},Bio,verified,49.00,USD,2020-08-01T23:59:59Z,PAST,2020-09-01T00:00:00Z`, `${BIO},Bio,audit,0.00,USD,,NOW,`]);
    const quotes = await catalog.app.get(CatalogService).quote(['PAST', 'NOW']);
    expect([quotes.get('PAST')?.availability, quotes.get('NOW')?.availability]).toEqual(['no_longer_sold', 'available']);
  });

  it('of a credit mode has a provider: its own, the one that was imported before, or the one by default', async () => {
    await importRows(`${HEADER},credit_provider`, [`${MATH},Math,credit,150.00,USD,,CREDIT,hogwarts`]);
    expect(await importRows(HEADER, [`${MATH},Math,credit,150.00,USD,,CREDIT`], { creditProvider: 'acme' })).toMatchObject({ unchanged: 1 });
    await importRows(HEADER, [`${CHEM},Chem,credit,90.00,USD,,`], { creditProvider: 'acme' });
    expect(await catalog.sql(`select details->>'creditProvider' as provider from product order by course_id desc`)).toEqual([{ provider: 'hogwarts' }, { provider: 'acme' }]);
  });
});

describe('the rows of a file', () => {
  it('name each SKU once, bulk SKUs among them', async () => {
    expect(
      await problemsOf(`${HEADER},bulk_sku`, [`${BIO},Bio,verified,49.00,USD,,A1,B1`, `${BIO},Bio,honor,0.00,USD,,B1,`, `${CHEM},Chem,verified,49.00,USD,,C1,A1`, `${MATH},Math,audit,0.00,USD,,D1,D1`]),
    ).toEqual(['3 sku the same SKU stands in line 2', '4 bulk_sku the same SKU stands in line 2', '5 bulk_sku the same SKU stands twice in this row']);
  });

  it('do not name SKUs of other partners, nor of other courses', async () => {
    await importRows(HEADER, [`${BIO},Biology One,audit,0.00,USD,,TAKEN`, `${CHEM},Chemistry One,audit,0.00,USD,,ALSO`], { partner: 'edx' });
    expect(await problemsOf(HEADER, [`${MATH},Math,audit,0.00,USD,,TAKEN`])).toEqual(['2 sku belongs to another product of the partner edx: Biology One']);
    expect(await problemsOf(HEADER, [`${BIO},Biology One,audit,0.00,USD,,ALSO`])).toEqual([expect.stringMatching(/^2 sku belongs to another product: Chemistry One$/), expect.stringMatching(/^2 sku must be TAKEN/)]);
  });

  it("agree on what is the course's; an empty cell agrees", async () => {
    const columns = `${HEADER},verification_deadline,partner`;
    expect(
      await problemsOf(columns, [`${BIO},Bio,audit,0.00,USD,,,2027-09-01T00:00:00Z,edx`, `${BIO},Biology,verified,49.00,USD,,,2027-09-02T00:00:00Z,default`, `${BIO},Bio,honor,0.00,USD,,,,`]),
    ).toEqual(['3 course_name the same course has another name in line 2', '3 partner the same course has another partner in line 2', '3 verification_deadline the same course has another deadline in line 2']);
    await importRows(columns, [`${BIO},Bio,audit,0.00,USD,,,,`, `${BIO},Bio,honor,0.00,USD,,,2027-09-01T00:00:00Z,edx`]);
    expect(await catalog.sql('select partner, verification_deadline from course')).toEqual([{ partner: 'edx', verification_deadline: new Date('2027-09-01T00:00:00Z') }]);
  });

  it('do not verify before they expire', async () => {
    expect(await problemsOf(`${HEADER},verification_deadline`, [`${BIO},Bio,verified,49.00,USD,2027-08-01T23:59:59Z,,2027-07-01T00:00:00Z`])).toEqual([
      '2 verification_deadline must not be before the upgrade deadline (expires) of a mode',
    ]);
  });

  it('belong to a partner that there is, and courses stay with theirs', async () => {
    expect(await problemsOf(`${HEADER},partner`, [`${BIO},Bio,audit,0.00,USD,,,nobody`])).toEqual(['2 partner is unknown: nobody']);
    await importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,`]);
    expect(await problemsOf(HEADER, [`${BIO},Bio,audit,0.00,USD,,`], { partner: 'edx' })).toEqual(['2 partner must be default: a course stays with its partner']);
    await expect(importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,`], { partner: 'nobody' })).rejects.toThrow(ImportStoppedError);
  });
});

describe('an import that skips what is wrong', () => {
  const rows = [
    `${BIO},Bio,audit,0.00,USD,,BA`,
    `${BIO},Bio,verified,49.50,USD,,BV`,
    `${CHEM},Chem,audit,0.00,USD,,CA`,
    `${MATH},Math,audit,free,USD,,MA`,
    `${MATH},Math,honor,0.00,USD,,MH`,
  ];

  it('takes a course as a whole or not at all, and lists what is wrong', async () => {
    const { wrong, ...counts } = await importRows(HEADER, rows, { skipWrong: true });
    expect(counts).toMatchObject({ rows: 5, created: 1, courses: { created: 1, leftOut: 2 } });
    expect(wrong.problems.map(({ line, column }) => `${line} ${column}`)).toEqual(['3 price', '5 price']);
    expect(await skus()).toEqual(['CA']);
    expect(await catalog.sql('select id from course')).toEqual([{ id: CHEM }]);
  });

  it('takes neither of two courses that name the same SKU', async () => {
    const { courses } = await importRows(HEADER, [`${BIO},Bio,audit,0.00,USD,,SAME`, `${CHEM},Chem,audit,0.00,USD,,SAME`, `${MATH},Math,audit,0.00,USD,,M`], { skipWrong: true });
    expect(courses).toEqual({ created: 1, updated: 0, unchanged: 0, leftOut: 2 });
    expect(await skus()).toEqual(['M']);
  });

  it('still writes nothing when it is a dry run', async () => {
    expect(await importRows(HEADER, rows, { skipWrong: true, dryRun: true })).toMatchObject({ created: 1, courses: { leftOut: 2 } });
    expect(await skus()).toEqual([]);
  });
});

describe('what an import leaves behind', () => {
  const row = `${BIO},Bio,verified,49.00,USD,,V`;
  const publications = () => catalog.sql<{ status: string; requested_by: string }>('select status, requested_by from publication');

  it('is no publication unless it is asked for, and then of every course that differs from what was published', async () => {
    expect(await importRows(HEADER, [row])).toMatchObject({ created: 1, unpublished: 1 });
    expect(await publications()).toEqual([]);
    expect(await importRows(HEADER, [row])).toMatchObject({ unchanged: 1, unpublished: 1 });
    expect(await importRows(HEADER, [row], { publish: true, actor: 'cli:me' })).toMatchObject({ unchanged: 1, unpublished: 0 });
    expect(await publications()).toEqual([{ status: 'waiting', requested_by: 'cli:me' }]);
    expect(await importRows(HEADER, [row.replace('49.00', '59.00')], { publish: true })).toMatchObject({ updated: 1, unpublished: 0 });
    expect(await catalog.sql('select p.wanted_version = c.version as newest from publication p join course c on c.id = p.course_id')).toEqual([{ newest: true }]);
  });

  it('is a record of it, the history of the prices, and no staged row', async () => {
    await importRows(HEADER, [row], { actor: 'cli:me' });
    await importRows(HEADER, [row.replace('49.00', '59.00')], { actor: 'cli:you' });
    expect(await catalog.sql(`select actor, price_minor from sku_change order by id`)).toEqual([{ actor: 'cli:me', price_minor: '4900' }, { actor: 'cli:you', price_minor: '5900' }]);
    expect(await catalog.sql(`select source, actor, status, (counts->>'rows')::int as rows from catalog_import order by id`)).toEqual([
      { source: 'csv', actor: 'cli:me', status: 'done', rows: 1 },
      { source: 'csv', actor: 'cli:you', status: 'done', rows: 1 },
    ]);
    expect(await catalog.sql('select from catalog_import_row union all select from catalog_import_place')).toEqual([]);
  });

  it('is nothing where it is refused', async () => {
    await problemsOf(HEADER, [`${BIO},Bio,verified,49.50,USD,,V`]);
    expect(await catalog.sql('select id::text from catalog_import union all select id::text from catalog_import_problem union all select id from course')).toEqual([]);
  });
});
