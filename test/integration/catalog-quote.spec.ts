import { randomUUIDv7 } from 'node:crypto';
import { jest } from '@jest/globals';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, defineConfig } from '@mikro-orm/postgresql';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { CATALOG_ENTITIES, CatalogModule, CatalogService, Product, ProductsService, Sku } from '#catalog';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ANY_DETAILS = Symbol('ANY_DETAILS');
const check = { provide: ANY_DETAILS, useValue: { knows: () => true, parseDetails: (_type: string, details: unknown) => details } };

@Module({})
class AnyDetails {}

let database: TestDatabase;
let app: TestingModule;
let catalog: CatalogService;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = defineConfig({ clientUrl: database.url, entities: CATALOG_ENTITIES, pool: { max: 1 } });
  app = await Test.createTestingModule({
    imports: [MikroOrmModule.forRoot(options), { module: AnyDetails, global: true, providers: [check], exports: [check] }, CatalogModule.forRoot({ detailsCheck: ANY_DETAILS })],
  }).compile();
  catalog = app.get(CatalogService);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

async function offer(sku: string, window: { availableFrom?: Date; availableUntil?: Date } = {}): Promise<Product> {
  const em = app.get(EntityManager).fork();
  const stamps = { createdAt: new Date(), updatedAt: new Date() };
  const details = { courseId: `course-v1:AcmeX+${sku}+2026`, mode: 'verified' };
  await em.execute('insert into course (id, name) values (?, ?)', [details.courseId, `Course ${sku}`]);
  const product = em.create(Product, { id: randomUUIDv7(), productType: 'seat', title: `Course ${sku}`, details, ...details, ...stamps });
  em.create(Sku, { sku, product, priceMinor: 4_900, currency: 'USD', ...window, ...stamps });
  await em.flush();
  return product;
}

/** A window's edge, `seconds` from PostgreSQL's now. */
async function edge(seconds: number): Promise<Date> {
  const [row] = await app.get(EntityManager).execute<{ at: string }[]>(`select now() + ? * interval '1 second' as at`, [seconds]);
  return new Date(row?.at ?? NaN);
}

describe('a quote', () => {
  it('holds all that an order line keeps, as the entities wrote it', async () => {
    const availableUntil = new Date('2999-08-01T23:59:59.123Z');
    const availableFrom = new Date('2020-01-01T00:00:00Z');
    const product = await offer('WHOLE', { availableFrom, availableUntil });

    expect((await catalog.quote(['WHOLE'])).get('WHOLE')).toEqual({
      sku: 'WHOLE',
      productId: product.id,
      productType: 'seat',
      title: 'Course WHOLE',
      details: { courseId: 'course-v1:AcmeX+WHOLE+2026', mode: 'verified' },
      unitPriceMinor: 4_900,
      currency: 'USD',
      availableFrom,
      availableUntil,
      availability: 'available',
    });
  });

  it('leaves out what nobody sells, and is no way into the database', async () => {
    await offer('KNOWN');
    const quotes = await catalog.quote(['KNOWN', 'UNKNOWN', '', 'known', "KNOWN' or '1'='1", 'KNOWN\0', '../KNOWN', '\ud800', 'x'.repeat(1_000_000), '{KNOWN}', 'KNOWN']);
    expect([...quotes.keys()]).toEqual(['KNOWN']);
    expect(await catalog.quote([])).toEqual(new Map());
  });

  it('tells what is not sold yet and what is no longer sold, by the clock of PostgreSQL', async () => {
    jest.useFakeTimers({ now: new Date('2001-01-01T00:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask', 'clearTimeout', 'clearInterval'] });
    try {
      await offer('SOON', { availableFrom: await edge(3_600) });
      await offer('BEGUN', { availableFrom: await edge(-1) });
      await offer('LEAVING', { availableUntil: await edge(3_600) });
      await offer('GONE', { availableUntil: await edge(0) });
      const quotes = await catalog.quote(['SOON', 'BEGUN', 'LEAVING', 'GONE']);
      expect(Object.fromEntries([...quotes].map(([sku, { availability }]) => [sku, availability]))).toEqual({
        SOON: 'not_yet_sold',
        BEGUN: 'available',
        LEAVING: 'available',
        GONE: 'no_longer_sold',
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps the highest price exactly', async () => {
    await app.get(ProductsService).add({ productType: 'donation', title: 'Wing', details: {}, sku: 'WING', priceMinor: Number.MAX_SAFE_INTEGER, currency: 'USD' });
    expect((await catalog.quote(['WING'])).get('WING')?.unitPriceMinor).toBe(9_007_199_254_740_991);
  });
});

describe('a SKU that was withdrawn', () => {
  it('is no longer sold, whatever its window', async () => {
    await offer('WITHDRAWN', { availableUntil: new Date('2999-08-01T23:59:59Z') });
    await app.get(EntityManager).execute(`update sku set withdrawn_at = now() where sku = 'WITHDRAWN'`);
    expect((await catalog.quote(['WITHDRAWN'])).get('WITHDRAWN')?.availability).toBe('no_longer_sold');
  });
});

describe('the statement of a quote', () => {
  // Without the sub-select around the array, each of these is planned anew.
  it('is prepared once, and not planned for every buyer', async () => {
    const { id } = await offer('PLANNED');
    const em = app.get(EntityManager);
    await em.execute(`insert into sku select 'P' || n, ?, 1, 'USD', null, null, now(), now() from generate_series(1, 20000) n`, [id]);
    await em.execute('analyze product, sku');
    const plansAfter = async (buyers: number): Promise<number> => {
      for (let buyer = 0; buyer < buyers; buyer += 1) await catalog.quote(['PLANNED']);
      const [planned] = await em.execute<{ plans: number }[]>(`select custom_plans::int as plans from pg_prepared_statements where name = 'catalog.quote'`);
      return planned?.plans ?? NaN;
    };
    const settled = await plansAfter(300);
    expect(await plansAfter(50)).toBe(settled);
  });
});

describe('the tables', () => {
  it.each([
    ['a negative price', { price_minor: -1 }, 'sku_price_check'],
    ['a price that JavaScript would round', { price_minor: '9007199254740992' }, 'sku_price_check'],
    ['a currency in lower case', { currency: 'usd' }, 'sku_currency_check'],
    ['a SKU that nobody can type', { sku: 'A B' }, 'sku_form_check'],
    ['a sale that ends when it starts', { available_from: '2026-01-01T00:00:00Z', available_until: '2026-01-01T00:00:00Z' }, 'sku_window_check'],
    ['a SKU of no product', { product_id: randomUUIDv7() }, 'sku_product_fkey'],
  ])('refuse %s', async (_title, wrong, constraint) => {
    const { id } = await offer(`T${randomUUIDv7()}`);
    const row = { sku: `S${id}`, product_id: id, price_minor: 1, currency: 'USD', available_from: null, available_until: null, ...wrong };
    const insert = app.get(EntityManager).execute(
      'insert into sku (sku, product_id, price_minor, currency, available_from, available_until, created_at, updated_at) values (?, ?, ?, ?, ?, ?, now(), now())',
      Object.values(row),
    );
    await expect(insert).rejects.toThrow(constraint);
  });
});
