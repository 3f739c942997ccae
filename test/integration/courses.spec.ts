import 'reflect-metadata';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { expect } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule, CatalogService, CourseExistsError, CourseNotFoundError, CourseRefusedError, CoursesService, RemovalNotConfirmedError, StaleVersionError, type CourseDraft, type ModeDraft, type PutOptions } from '#catalog';
import { mikroOrmOptions } from '#config';
import { SeatSchema } from '../../libs/fulfillers/src/enrollment/seat.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';
const SOON = new Date('2036-08-01T23:59:59Z');
const LATER = new Date('2036-09-01T00:00:00Z');
const PAST = new Date('2020-01-01T00:00:00Z');

const AUDIT: ModeDraft = { mode: 'audit', priceMinor: 0, currency: 'USD', sku: '8CF08E5' };
const VERIFIED: ModeDraft = { mode: 'verified', priceMinor: 4_900, currency: 'USD', expires: SOON, sku: 'A1B2C3D', bulkSku: 'D3C2B1A' };

/** The fulfiller's own schema judges, as at checkout. */
const DETAILS_CHECK = {
  knows: (productType: string) => productType === 'seat',
  parseDetails: (_: string, details: unknown) => {
    const parsed = SeatSchema.safeParse(details);
    if (parsed.success) return parsed.data;
    throw Object.assign(new Error('Wrong details'), { problems: parsed.error.issues.map(({ path, message }) => ({ pointer: path.map((key) => `/${String(key)}`).join(''), message })) });
  },
};

let database: TestDatabase;
let app: INestApplicationContext;
let courses: CoursesService;
beforeAll(async () => {
  database = await createTestDatabase();
  const catalog = CatalogModule.forRoot({ detailsCheck: 'CHECK' });
  const module = class Root {};
  const providers = [{ provide: 'CHECK', useValue: DETAILS_CHECK }];
  app = await NestFactory.createApplicationContext(
    {
      module,
      imports: [MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 12 }), registerRequestContext: false, autoLoadEntities: false }), { module: class Checks {}, global: true, providers, exports: ['CHECK'] }, catalog],
    },
    { logger: ['error'], abortOnError: false },
  );
  courses = app.get(CoursesService);
  // All connections are there before anybody races: a handshake would keep them apart.
  await Promise.all(Array.from({ length: 12 }, () => sql('select pg_sleep(0.1)')));
});
afterAll(async () => {
  const orm = app.get(MikroORM);
  await app.close();
  await orm.close(true);
  await database.drop();
});
beforeEach(() => sql(`truncate publication_attempt, publication, sku_change, sku, product, course cascade`));

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return app.get(EntityManager).fork().execute(text, values);
}

function put(draft: Partial<CourseDraft> & { modes: readonly ModeDraft[] }, options: Partial<PutOptions> = {}) {
  return courses.put({ id: BIO, name: 'Biology One', ...draft }, { ifVersion: 'new', actor: 'cleo', confirmRemoval: false, ...options });
}

async function problemsOf(draft: Parameters<typeof put>[0], options?: Partial<PutOptions>): Promise<string[]> {
  const thrown: unknown = await put(draft, options).catch((error: unknown) => error);
  if (!(thrown instanceof CourseRefusedError)) throw thrown instanceof Error ? thrown : new Error('It was taken.');
  return thrown.problems.map(({ pointer, detail }) => `${pointer ?? ''} ${detail}`);
}

async function rowCounts(): Promise<Record<string, number>> {
  const [row] = await sql<Record<string, number>>(`select (select count(*) from course)::int as courses, (select count(*) from product)::int as products, (select count(*) from sku)::int as skus,
    (select count(*) from sku_change)::int as changes, (select count(*) from publication)::int as publications`);
  return row ?? {};
}

describe('a course', () => {
  it('is written whole, with its modes, their codes in bulk, history and the request to publish it', async () => {
    const course = await put({ verificationDeadline: LATER, modes: [AUDIT, VERIFIED] });
    expect(course).toMatchObject({ id: BIO, partner: 'default', name: 'Biology One', version: 1, verificationDeadline: LATER });
    expect(course.modes).toEqual([
      expect.objectContaining({ mode: 'audit', sku: '8CF08E5', priceMinor: 0, bulkSku: null, expires: null }),
      expect.objectContaining({ mode: 'verified', sku: 'A1B2C3D', priceMinor: 4_900, bulkSku: 'D3C2B1A', expires: SOON }),
    ]);
    expect(await rowCounts()).toEqual({ courses: 1, products: 3, skus: 3, changes: 3, publications: 1 });
    expect(await sql(`select wanted_version::int as wanted, status, requested_by, due_at <= now() as due from publication`)).toEqual([{ wanted: 1, status: 'waiting', requested_by: 'cleo', due: true }]);
  });

  it('is no new version when nothing changes', async () => {
    await put({ modes: [AUDIT, VERIFIED] });
    expect(await put({ modes: [AUDIT, VERIFIED] }, { ifVersion: 1 })).toMatchObject({ version: 1 });
    expect(await rowCounts()).toMatchObject({ changes: 3 });
  });

  it('keeps what a draft does not speak of, and every price that it had', async () => {
    await put({ verificationDeadline: LATER, modes: [AUDIT, VERIFIED] });
    const { sku, bulkSku, ...priced } = VERIFIED;
    const course = await put({ modes: [AUDIT, { ...priced, priceMinor: 5_900 }] }, { ifVersion: 1, actor: 'dora' });
    expect(course).toMatchObject({ version: 2, verificationDeadline: LATER });
    expect(course.modes[1]).toMatchObject({ sku, bulkSku, priceMinor: 5_900, expires: SOON });
    const history = await sql(`select sku, price_minor::int as price, actor from sku_change where sku in ('A1B2C3D', 'D3C2B1A') order by id`);
    expect(history).toEqual([
      { sku: 'A1B2C3D', price: 4_900, actor: 'cleo' },
      { sku: 'D3C2B1A', price: 4_900, actor: 'cleo' },
      { sku: 'A1B2C3D', price: 5_900, actor: 'dora' },
      { sku: 'D3C2B1A', price: 5_900, actor: 'dora' },
    ]);
    expect((await app.get(CatalogService).quote(['A1B2C3D'])).get('A1B2C3D')).toMatchObject({ unitPriceMinor: 5_900, availability: 'available' });
  });

  it('makes up SKUs for new modes, and for codes in bulk where they are asked for', async () => {
    const course = await put({ modes: [{ mode: 'verified', priceMinor: 4_900, currency: 'usd', bulk: true }] });
    expect(course.modes[0]).toMatchObject({ currency: 'USD', sku: expect.stringMatching(/^[0-9A-Z]{16}$/), bulkSku: expect.stringMatching(/^[0-9A-Z]{16}$/) });
  });

  it('loses a mode only when that is confirmed; it comes back under the SKU that it had', async () => {
    const first = await put({ modes: [AUDIT, VERIFIED] });
    await expect(put({ modes: [VERIFIED] }, { ifVersion: 1 })).rejects.toThrow(RemovalNotConfirmedError);
    expect(await courses.find(BIO)).toEqual(first);

    const without = await put({ modes: [AUDIT] }, { ifVersion: 1, confirmRemoval: true });
    expect(without.modes.map(({ mode }) => mode)).toEqual(['audit']);
    expect((await app.get(CatalogService).quote(['A1B2C3D'])).get('A1B2C3D')).toMatchObject({ availability: 'no_longer_sold' });
    expect(await sql(`select removable_modes from publication`)).toEqual([{ removable_modes: ['verified'] }]);

    const again = await put({ modes: [AUDIT, { mode: 'verified', priceMinor: 4_900, currency: 'USD' }] }, { ifVersion: 2 });
    expect(again.modes[1]).toMatchObject({ sku: 'A1B2C3D', bulkSku: null, productId: first.modes[1]?.productId });
  });

  it('that comes back has nothing of what it was but its SKU and its product', async () => {
    await put({ modes: [AUDIT, { ...VERIFIED, androidSku: 'mobile.android.a1' }] });
    await put({ modes: [AUDIT] }, { ifVersion: 1, confirmRemoval: true });
    await sql(`update sku set available_until = '2020-01-01' where sku = 'A1B2C3D'`);
    const again = await put({ modes: [AUDIT, { mode: 'verified', priceMinor: 4_900, currency: 'USD' }] }, { ifVersion: 2 });
    expect(again.modes[1]).toMatchObject({ sku: 'A1B2C3D', expires: null, androidSku: null });
    expect((await app.get(CatalogService).quote(['A1B2C3D'])).get('A1B2C3D')?.availability).toBe('available');
  });

  it('heals codes in bulk whose price has strayed', async () => {
    await put({ modes: [VERIFIED] });
    await sql(`update sku set price_minor = 100 where sku = 'D3C2B1A'`);
    expect(await put({ modes: [VERIFIED] }, { ifVersion: 1 })).toMatchObject({ version: 2 });
    expect((await app.get(CatalogService).quote(['D3C2B1A'])).get('D3C2B1A')?.unitPriceMinor).toBe(4_900);
  });

  it('is taken out of sale whole', async () => {
    await put({ modes: [AUDIT, VERIFIED] });
    expect(await courses.remove(BIO, { ifVersion: 1, actor: 'cleo' })).toMatchObject({ version: 2, modes: [] });
    expect(await sql(`select count(*)::int as live from sku where withdrawn_at is null`)).toEqual([{ live: 0 }]);
  });

  it('stops being sold in bulk when that is said, and not otherwise', async () => {
    await put({ modes: [VERIFIED] });
    expect((await put({ modes: [{ mode: 'verified', priceMinor: 4_900, currency: 'USD', bulk: false }] }, { ifVersion: 1 })).modes[0]).toMatchObject({ bulkSku: null, sku: 'A1B2C3D' });
  });
});

describe('two who change a course at once', () => {
  // Without the lock of the course's row both would find the version that they have read.
  it('by the same version: one does, the other is told', async () => {
    await put({ modes: [AUDIT] });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => put({ name: `Biology ${index}`, modes: [AUDIT] }, { ifVersion: 1 })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason instanceof StaleVersionError)).toHaveLength(9);
  });

  it('create it: one does', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => put({ modes: [AUDIT] })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason instanceof CourseExistsError)).toHaveLength(9);
    expect(await rowCounts()).toEqual({ courses: 1, products: 1, skus: 1, changes: 1, publications: 1 });
  });

  // Without the second try after a unique violation the loser's answer would be an error without a name.
  it('take the same SKU for two courses: one does, the other is told whose it is', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `course-v1:AcmeX+C${index}+2026`);
    const outcomes = await Promise.allSettled(ids.map((id) => put({ id, modes: [AUDIT] })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ problems: [{ pointer: '/modes/0/sku', code: 'sku_taken' }] });
    expect(await rowCounts()).toMatchObject({ courses: 1, skus: 1 });
  });

  // Without the order of the SKUs in INSERT_SKUS, or without the second try after a deadlock, some of these end in one.
  it('take the same SKUs in another order for two courses: each time one does', async () => {
    const [one, two] = [{ ...AUDIT, sku: 'SKU-1' }, { ...VERIFIED, sku: 'SKU-2' }];
    for (let round = 0; round < 25; round += 1) {
      await sql(`truncate publication_attempt, publication, sku_change, sku, product, course cascade`);
      const outcomes = await Promise.allSettled([put({ modes: [one, two] }), put({ id: CHEM, modes: [{ ...one, sku: 'SKU-2' }, { ...two, sku: 'SKU-1', bulkSku: 'OTHER' }] })]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CourseRefusedError);
    }
  });

  it('different ones do not wait for each other in a circle', async () => {
    await put({ modes: [AUDIT] });
    await put({ id: CHEM, modes: [{ ...AUDIT, sku: 'C0A17E1' }] });
    const many = Array.from({ length: 20 }, (_, index) => courses.put({ id: index % 2 === 0 ? BIO : CHEM, name: `Name ${index}`, modes: [{ mode: 'audit', priceMinor: 0, currency: 'USD' }] }, { ifVersion: 1, actor: 'cleo', confirmRemoval: false }));
    expect((await Promise.allSettled(many)).filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });
});

describe('what cannot be', () => {
  it.each<[string, ModeDraft, string]>([
    ['a price in cents', { ...VERIFIED, priceMinor: 4_950 }, '/modes/0/priceMinor must be in whole units of USD: the LMS knows no smaller ones'],
    ['a negative price', { ...VERIFIED, priceMinor: -100 }, '/modes/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['a price of 10^12', { ...VERIFIED, priceMinor: 1e14 }, '/modes/0/priceMinor must be at most 1000000000 USD'],
    ['half a minor unit', { ...VERIFIED, priceMinor: 0.5 }, '/modes/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['NaN', { ...VERIFIED, priceMinor: Number.NaN }, '/modes/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['an unknown currency', { ...VERIFIED, currency: 'XYZ' }, '/modes/0/currency is no ISO 4217 currency code such as USD'],
    ['a mode of capitals', { ...VERIFIED, mode: 'Verified' }, '/modes/0/mode must be the slug of a course mode, e.g. verified'],
    ['credit without a provider', { ...VERIFIED, mode: 'credit' }, '/modes/0/creditProvider is needed for the mode credit, and belongs to no other'],
    ['a provider without credit', { ...VERIFIED, creditProvider: 'acme' }, '/modes/0/creditProvider is needed for the mode credit, and belongs to no other'],
    ['professional with an expiry', { ...VERIFIED, mode: 'professional' }, '/modes/0/expires must be null: the LMS allows professional modes no upgrade deadline'],
    ['an expiry in the past', { ...VERIFIED, expires: PAST }, '/modes/0/expires lies in the past'],
    ['an expiry before the sale', { ...VERIFIED, availableFrom: LATER }, '/modes/0/expires must be after availableFrom'],
    ['a SKU of another form', { ...VERIFIED, sku: 'A B' }, '/modes/0/sku must be 1 to 64 letters, digits, points, underscores and hyphens'],
    ['one SKU for seat and codes', { ...VERIFIED, bulkSku: 'A1B2C3D' }, '/modes/0/bulkSku stands twice'],
    ['one SKU for the web and for a mobile store', { ...VERIFIED, androidSku: 'A1B2C3D' }, '/modes/0/androidSku stands twice'],
    ['a mode that is sold elsewhere', { ...VERIFIED, mode: 'masters' }, '/modes/0/mode is not sold as a seat: the LMS and its other systems keep this mode'],
    ['codes that are and are not sold', { ...VERIFIED, bulk: false }, '/modes/0/bulkSku stands beside "bulk": false'],
  ])('%s is refused, and nothing is written', async (_, mode, problem) => {
    expect(await problemsOf({ modes: [mode] })).toContain(problem);
    expect(await rowCounts()).toEqual({ courses: 0, products: 0, skus: 0, changes: 0, publications: 0 });
  });

  it('is named all at once', async () => {
    expect(await problemsOf({ id: 'nonsense', partner: 'default', verificationDeadline: PAST, modes: [VERIFIED, { ...VERIFIED, priceMinor: 1 }] })).toEqual([
      '/modes/1/mode stands twice: verified',
      '/verificationDeadline lies in the past',
      '/id must be the key of a course run, e.g. course-v1:AcmeX+BIO1+2026',
      '/modes/1/sku stands twice',
      '/modes/1/priceMinor must be in whole units of USD: the LMS knows no smaller ones',
      '/modes/1/bulkSku stands twice',
    ]);
  });

  it('is a verification deadline before an upgrade deadline, also of a date that stays', async () => {
    expect(await problemsOf({ verificationDeadline: new Date('2036-01-01T00:00:00Z'), modes: [VERIFIED] })).toEqual(['/verificationDeadline must not be before the upgrade deadline (expires) of a mode']);
    await put({ modes: [VERIFIED] });
    const { expires, ...open } = VERIFIED;
    expect(expires).toEqual(SOON);
    expect(await problemsOf({ verificationDeadline: new Date('2036-01-01T00:00:00Z'), modes: [open] }, { ifVersion: 1 })).toHaveLength(1);
  });

  it('is the SKU of another product, of another partner, or another one than it is sold under', async () => {
    await sql(`insert into partner (code, name) values ('acme', 'Acme') on conflict do nothing`);
    await put({ id: CHEM, name: 'Chemistry One', partner: 'acme', modes: [VERIFIED] });
    expect(await problemsOf({ modes: [{ ...AUDIT, sku: 'A1B2C3D' }] })).toEqual(['/modes/0/sku belongs to another product of the partner acme: Chemistry One']);
    await put({ modes: [AUDIT] });
    expect(await problemsOf({ modes: [{ ...AUDIT, sku: 'OTHER' }] }, { ifVersion: 1 })).toEqual(['/modes/0/sku must be 8CF08E5, under which this is sold; leave it out to keep it']);
    expect(await problemsOf({ partner: 'acme', modes: [AUDIT] }, { ifVersion: 1 })).toEqual(['/partner must be default: a course stays with its partner']);
    expect(await problemsOf({ id: 'course-v1:A+B+C', partner: 'nobody', modes: [AUDIT] })).toEqual(['/partner is unknown: nobody']);
  });

  it('is a change of what is not there', async () => {
    await expect(put({ modes: [AUDIT] }, { ifVersion: 3 })).rejects.toThrow(CourseNotFoundError);
    expect(await rowCounts()).toMatchObject({ courses: 0 });
  });
});
