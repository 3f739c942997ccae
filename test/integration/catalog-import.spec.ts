import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, defineConfig } from '@mikro-orm/postgresql';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CATALOG_ENTITIES,
  CatalogImport,
  CatalogImportError,
  CatalogModule,
  Product,
  Sku,
  type ImportOptions,
  type ImportResult,
  type ProductDetailsCheck,
} from '#catalog';
import { importCommand } from '../../apps/ops/src/catalog-import.command.js';
import { seedCatalog } from '../../apps/ops/src/catalog.seed.js';
import { withCatalog } from '../../apps/ops/src/ops.context.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';

/** Knows seats, and refuses a course run that does not start with `course-v1:`. */
const seatsOnly: ProductDetailsCheck = {
  knows: (productType) => productType === 'seat',
  parseDetails: (_productType, details) => {
    const { courseId } = details as { courseId: string };
    if (courseId.startsWith('course-v1:')) return details;
    throw Object.assign(new Error('Wrong details'), { problems: [{ pointer: '/courseId', message: 'must be a course run' }] });
  },
};
const SEAT_DETAILS = Symbol('SEAT_DETAILS');
const check = { provide: SEAT_DETAILS, useValue: seatsOnly };

@Module({})
class SeatDetails {}

let database: TestDatabase;
let app: TestingModule;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = defineConfig({ clientUrl: database.url, entities: CATALOG_ENTITIES, pool: { max: 4 } });
  app = await Test.createTestingModule({
    imports: [MikroOrmModule.forRoot(options), { module: SeatDetails, global: true, providers: [check], exports: [check] }, CatalogModule.forRoot({ detailsCheck: SEAT_DETAILS })],
  }).compile();
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  await app.get(EntityManager).execute('truncate course, product, sku, catalog_import, catalog_import_place, catalog_import_row, catalog_import_problem cascade');
});

async function* file(...rows: string[]): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from([HEADER, ...rows, ''].join('\n')));
}

function importRows(rows: string[], options: ImportOptions = {}): Promise<ImportResult> {
  return app.get(CatalogImport).importCsv(file(...rows), options);
}

async function refusalOf(...rows: string[]): Promise<CatalogImportError> {
  const outcome: unknown = await importRows(rows).catch((thrown: unknown) => thrown);
  if (outcome instanceof CatalogImportError) return outcome;
  throw outcome instanceof Error ? outcome : new Error('The file was accepted.');
}

async function problemsOf(...rows: string[]): Promise<string[]> {
  const { problems } = await refusalOf(...rows);
  return problems.map(({ line, column, message }) => `${line} ${column ?? '-'} ${message}`);
}

async function catalog(): Promise<{ sku: string; price: number; title: string; until: Date | null; productId: string; details: unknown }[]> {
  const skus = await app.get(EntityManager).fork().find(Sku, {}, { populate: ['product'], orderBy: { product: { courseId: 'asc', mode: 'asc' }, sku: 'asc' } });
  return skus.map(({ sku, priceMinor, availableUntil, product }) => ({ sku, price: priceMinor, title: product.title, until: availableUntil ?? null, productId: product.id, details: product.details }));
}

/** Rows in every table that an import could leave some in. */
async function rowCounts(): Promise<Record<string, number>> {
  const tables = ['partner', 'course', 'product', 'sku', 'sku_change', 'publication', 'catalog_import', 'catalog_import_place', 'catalog_import_row', 'catalog_import_problem'];
  const em = app.get(EntityManager);
  const counted = await Promise.all(tables.map(async (table) => (await em.execute<{ n: number }[]>(`select count(*)::int as n from ${table}`))[0]?.n ?? -1));
  return Object.fromEntries(tables.map((table, index) => [table, counted[index] ?? -1]));
}

async function addSku(sku: string, product: { id: string }): Promise<void> {
  const em = app.get(EntityManager).fork();
  em.create(Sku, { sku, product: em.getReference(Product, product.id), priceMinor: 1, currency: 'USD', createdAt: new Date(), updatedAt: new Date() });
  await em.flush();
}

describe('an import', () => {
  const rows = [`${BIO},Biology One,audit,0.00,USD,,8CF08E5`, `${BIO},Biology One,verified,49.00,USD,2027-08-01T23:59:59Z,`, `${CHEM},"Chemistry, One",honor,0.00,USD,,`];

  it('creates seats, gives a SKU to those without, and changes nothing the second time', async () => {
    expect(await importRows(rows)).toMatchObject({ rows: 3, created: 3, updated: 0, unchanged: 0, courses: { created: 2, updated: 0, unchanged: 0, leftOut: 0 } });
    const first = await catalog();
    expect(first).toMatchObject([
      { sku: '8CF08E5', price: 0, title: 'Biology One', until: null, details: { courseId: BIO, mode: 'audit' } },
      { sku: expect.stringMatching(/^[0-9A-Z]{16}$/), price: 4_900, until: new Date('2027-08-01T23:59:59Z') },
      { sku: expect.stringMatching(/^[0-9A-Z]{16}$/), title: 'Chemistry, One' },
    ]);

    expect(await importRows(rows)).toMatchObject({ rows: 3, created: 0, updated: 0, unchanged: 3, courses: { created: 0, updated: 0, unchanged: 2, leftOut: 0 } });
    expect(await catalog()).toEqual(first);
  });

  it('updates what differs under the same SKU and product', async () => {
    await importRows(rows);
    const before = await catalog();
    const changed = [rows[0] ?? '', `${BIO},Biology One,verified,59.00,USD,,`, `${CHEM},Chemistry One,honor,0.00,USD,,`];
    expect(await importRows(changed)).toMatchObject({ rows: 3, created: 0, updated: 2, unchanged: 1, courses: { updated: 2 } });
    const after = await catalog();
    expect(after).toMatchObject([{ price: 0 }, { price: 5_900, title: 'Biology One', until: null }, { title: 'Chemistry One' }]);
    expect(after.map(({ sku, productId }) => [sku, productId])).toEqual(before.map(({ sku, productId }) => [sku, productId]));
  });

  it('leaves alone what the file does not tell of', async () => {
    await importRows(rows);
    const em = app.get(EntityManager);
    await em.execute(`update product set details = details || '{"room":"B 12"}' where mode = 'verified'`);
    await em.execute(`update sku set available_from = '2026-01-01', android_sku = 'mobile.android.a1' where price_minor = 4900`);
    await em.execute(`update course set verification_deadline = '2027-09-01'`);
    expect(await importRows(rows.slice(0, 2))).toMatchObject({ unchanged: 2 });
    expect(await importRows([`${BIO},Biology 1,verified,49.00,USD,,`])).toMatchObject({ updated: 1 });
    expect(await catalog()).toMatchObject([{ title: 'Biology 1', price: 0 }, { title: 'Biology 1', details: { courseId: BIO, mode: 'verified', room: 'B 12' } }, { title: 'Chemistry, One' }]);
    expect(await em.execute(`select android_sku, available_from is null as lost from sku where price_minor = 4900`)).toEqual([{ android_sku: 'mobile.android.a1', lost: false }]);
    expect(await em.execute(`select count(*)::int as n from course where verification_deadline is null`)).toEqual([{ n: 0 }]);
  });

  it('without an end, as a dry run, counts the same and leaves no row', async () => {
    const before = await rowCounts();
    expect(await importRows(rows, { dryRun: true })).toMatchObject({ rows: 3, created: 3, updated: 0, unchanged: 0 });
    expect(await rowCounts()).toEqual(before);
  });

  it('takes more rows than fit into one statement, and says how far it is', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => `course-v1:AcmeX+C${index}+2026,Course ${index},audit,0.00,USD,,`);
    const progress: number[] = [];
    expect(await importRows(many, { onProgress: (done) => progress.push('rows' in done ? done.rows : done.phase === 'writing' ? -done.courses : NaN) })).toMatchObject({ created: 2_500 });
    expect(progress).toEqual([1_000, 2_000, 2_500, -500, -1_000, -1_500, -2_000, -2_500]);
    expect(new Set((await catalog()).map(({ sku }) => sku)).size).toBe(2_500);
  });

  it('treats every text as text', async () => {
    const title = `'; drop table sku; -- {"a",NULL} \\ $1 ?`;
    await importRows([`${BIO},"${title.replaceAll('"', '""')}",audit,0.00,USD,,`, `course-v1:../../etc/passwd,NULL,audit,0.00,USD,,`]);
    expect((await catalog()).map((row) => row.title).sort()).toEqual([title, 'NULL'].sort());
  });
});

describe('a bad import', () => {
  it('imports nothing and names every bad row', async () => {
    expect(
      await problemsOf(
        `${BIO},Biology One,audit,0.00,USD,,GOOD1`,
        `BIO1,Biology One,verified,49.00,USD,,`,
        `${BIO},Biology One,honor,49.001,USD,,`,
        `${BIO},Biology One,audit,0.00,USD,,`,
        `${CHEM},Chemistry One,audit,0.00,USD,,GOOD1`,
      ),
    ).toEqual([
      '3 course_id must be a course run',
      '4 price "49.001" has too many decimals: USD has at most 2',
      '5 mode the same course and mode stand in line 2',
      '6 sku the same SKU stands in line 2',
    ]);
    expect(await catalog()).toEqual([]);
  });

  it('finds rows twice even where they are wrong otherwise', async () => {
    expect(await problemsOf(`${BIO},Bio,audit,free,USD,,`, `${BIO},Bio,audit,0.00,USD,,`)).toEqual([
      expect.stringContaining('2 price "free"'),
      '3 mode the same course and mode stand in line 2',
    ]);
  });

  it('may not take the SKU of another product', async () => {
    await importRows([`${BIO},Biology One,audit,0.00,USD,,TAKEN`]);
    const em = app.get(EntityManager).fork();
    const donation = em.create(Product, { id: randomUUIDv7(), productType: 'donation', title: 'Donation', details: {}, createdAt: new Date(), updatedAt: new Date() });
    await em.flush();
    await addSku('DONATE5', donation);
    expect(await problemsOf(`${BIO},Bio,verified,0.00,USD,,TAKEN`, `${CHEM},Chemistry One,audit,0.00,USD,,DONATE5`)).toEqual([
      '2 sku belongs to another product: Biology One',
      '3 sku belongs to another product: Donation',
    ]);
  });

  it('may not quietly sell a seat under a second SKU, and must say which of two it means', async () => {
    await importRows([`${BIO},Biology One,audit,0.00,USD,,FIRST`]);
    expect(await problemsOf(`${BIO},Biology One,audit,5.00,USD,,SECOND`)).toEqual([
      '2 sku must be FIRST, under which this is sold; leave it out to keep it',
    ]);

    const [seat] = await catalog();
    await addSku('SECOND', { id: seat?.productId ?? '' });
    expect(await problemsOf(`${BIO},Biology One,audit,5.00,USD,,`)).toEqual(['2 sku must say which is meant: this is sold as FIRST, SECOND']);
    expect(await importRows([`${BIO},Biology One,audit,5.00,USD,,SECOND`])).toMatchObject({ updated: 1 });
    expect(await catalog()).toMatchObject([{ sku: 'FIRST', price: 0 }, { sku: 'SECOND', price: 500 }]);
  });

  it('lists a thousand problems and counts the others', async () => {
    const twice = Array.from({ length: 1_500 }, () => `${BIO},Bio,audit,0.00,USD,,`);
    const { problems, unlisted } = await refusalOf(...twice, `,Bio,audit,0.00,USD,,`);
    expect([problems.length, unlisted]).toEqual([1_000, 500]);
  });

  it('whose bytes stop coming leaves no row and no broken connection', async () => {
    async function* torn(): AsyncGenerator<Uint8Array> {
      yield* file(`${BIO},Biology One,audit,0.00,USD,,`);
      throw new Error('The disk is gone.');
    }
    for (let round = 0; round < 6; round += 1) await expect(app.get(CatalogImport).importCsv(torn())).rejects.toThrow('The disk is gone.');
    expect(await catalog()).toEqual([]);
    expect(await importRows([`${BIO},Biology One,audit,0.00,USD,,`])).toMatchObject({ created: 1 });
  });

  it('is told when nothing here delivers seats', async () => {
    const withoutSeats = new CatalogImport(Object(null) as never, Object(null) as never, { ...seatsOnly, knows: () => false });
    await expect(withoutSeats.importCsv(file())).rejects.toThrow('No fulfiller is named for the product type "seat"');
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catalog-import-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(text: string, ...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const path = join(folder, 'seats.csv');
    writeFileSync(path, text);
    let [stdout, stderr] = ['', ''];
    const surroundings = { argv: [path, ...flags], env: { DATABASE_URL: database.url }, stdout: { write: (part: string) => (stdout += part) }, stderr: { write: (part: string) => (stderr += part) } };
    return { code: await importCommand(surroundings), stdout, stderr };
  }

  it('asks the fulfiller of seats about every row, and ends with 1 and the bad rows', async () => {
    const bad = await run(`${HEADER}\n${BIO},Bio,audit,0.00,USD,,\nBIO1,Bio,audit,0.00,USD,,\n${CHEM},Chem,credit,9.00,USD,,\n`);
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(/^line 3, course_id: .*\nline 4, credit_provider: .*\nNothing was imported: the file has 2 problems.\n$/);
    expect(await catalog()).toEqual([]);
  });

  it('ends with 0 and one line, for people or for programs', async () => {
    const good = `\ufeff${HEADER}\r\n${BIO},Bio,audit,0.00,USD,,\r\n`;
    expect(await run(good, '--dry-run')).toEqual({ code: 0, stdout: 'Would import 1 row: 1 created, 0 updated, 0 unchanged. Nothing was written.\n', stderr: '' });
    expect(await run(good)).toEqual({ code: 0, stdout: 'Imported 1 row: 1 created, 0 updated, 0 unchanged.\n', stderr: '' });
    expect(JSON.parse((await run(good, '--json')).stdout)).toEqual({ dryRun: false, rows: 1, created: 0, updated: 0, unchanged: 1 });
  });
});

describe('the seed', () => {
  it('is sown once: whoever changed a price since then keeps it', async () => {
    const seed = (): Promise<boolean> => withCatalog({ DATABASE_URL: database.url }, (context) => seedCatalog(context, 'config/seed'));
    expect(await seed()).toBe(true);
    expect((await catalog()).map(({ sku, price }) => `${sku} ${price}`)).toEqual(expect.arrayContaining(['8CF08E5 0', 'A1B2C3D 4900', 'DONATE5 500', 'BIO1COURSE 5900']));
    await app.get(EntityManager).execute(`update sku set price_minor = 100 where sku = 'A1B2C3D'`);
    expect(await seed()).toBe(false);
    expect(await catalog()).toHaveLength(10);
    expect((await catalog()).find(({ sku }) => sku === 'A1B2C3D')?.price).toBe(100);
  });
});

describe('imports at the same moment', () => {
  // Held twice: one import writes at a time (`ImportWriting.waitForTurn`), and a course is reserved before it is read (`RESERVE_COURSES`).
  // Without both, all of them find the seats missing and all but one fail on the unique index.
  it('create each seat once', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `course-v1:AcmeX+R${index}+2026,Course ${index},audit,0.00,USD,,`);
    let waiting = 0;
    let open: () => void = () => undefined;
    const allStaged = new Promise<void>((resolve) => (open = resolve));
    async function* gated(): AsyncGenerator<Uint8Array> {
      yield* file(...rows);
      waiting += 1;
      if (waiting === 3) open();
      await allStaged;
    }
    const results = await Promise.all([1, 2, 3].map(() => app.get(CatalogImport).importCsv(gated())));
    expect(results.map(({ created }) => created).sort()).toEqual([0, 0, 300]);
    expect(await catalog()).toHaveLength(300);
  });
});
