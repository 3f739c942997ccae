import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogError, CatalogModule, EditedByCourseError, ProductExistsError, ProductNotFoundError, ProductsService, SkuReader, SkuTakenError, StaleVersionError, type CatalogProduct, type ProductDraft, type SkuDraft } from '#catalog';
import { mikroOrmOptions } from '#config';
import { CatalogDatabase } from '../../libs/catalog/src/catalog.database.js';
import { offerSkus } from '../../libs/catalog/src/products/product-offers.js';
import { block } from '../support/blocker.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

const SOON = new Date('2036-08-01T23:59:59Z');
const LATER = new Date('2036-09-01T00:00:00Z');
const PAST = new Date('2020-01-01T00:00:00Z');

/** Donations have a purpose and nothing else; seats are anything. */
const DETAILS_CHECK = {
  knows: (productType: string) => productType === 'donation' || productType === 'seat',
  parseDetails: (productType: string, details: { purpose?: unknown }) => {
    if (productType !== 'donation' || details.purpose === undefined || typeof details.purpose === 'string') return details;
    throw Object.assign(new Error('Wrong details'), { problems: [{ pointer: '/purpose', message: 'must be a text' }] });
  },
};

let database: TestDatabase;
let app: INestApplicationContext;
let products: ProductsService;
beforeAll(async () => {
  database = await createTestDatabase();
  const checks = { module: class Checks {}, global: true, providers: [{ provide: 'CHECK', useValue: DETAILS_CHECK }], exports: ['CHECK'] };
  const orm = MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 12 }), registerRequestContext: false, autoLoadEntities: false });
  app = await NestFactory.createApplicationContext({ module: class Root {}, imports: [orm, checks, CatalogModule.forRoot({ detailsCheck: 'CHECK' })] }, { logger: ['error'], abortOnError: false });
  products = app.get(ProductsService);
  await sql(`insert into partner (code, name) values ('acme', 'Acme')`);
});
afterAll(async () => {
  const orm = app.get(MikroORM);
  await app.close();
  await orm.close(true);
  await database.drop();
});
beforeEach(() => sql(`truncate sku_change, sku, product, course cascade`));

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return app.get(EntityManager).fork().execute(text, values);
}

const offer = (sku: string | undefined, more: Partial<SkuDraft> = {}): SkuDraft => ({ sku, priceMinor: 4_900, currency: 'USD', availableFrom: null, availableUntil: null, ...more });

function put(draft: Partial<ProductDraft> = {}, ifVersion: number | 'new' = 'new'): Promise<CatalogProduct> {
  return products.put({ id: randomUUID(), productType: 'donation', title: 'A gift', details: {}, skus: [offer('GIFT')], ...draft }, { ifVersion, actor: 'cleo' });
}

/** What a write is refused for, as `code pointer detail`; nothing is written. */
async function refusal(draft: Partial<ProductDraft>, ifVersion: number | 'new' = 'new'): Promise<string[]> {
  const before = await rows();
  const thrown: unknown = await put(draft, ifVersion).catch((error: unknown) => error);
  if (!(thrown instanceof CatalogError)) throw thrown instanceof Error ? thrown : new Error('It was taken.');
  expect(await rows()).toEqual(before);
  return thrown.problems.map(({ pointer, detail }) => `${thrown.code} ${pointer ?? ''} ${detail}`);
}

/** Everything that a product could leave. */
async function rows(): Promise<unknown> {
  return Promise.all(['product', 'sku', 'sku_change'].map((table) => sql(`select * from ${table} order by 1`)));
}

const lockWaiters = async (): Promise<number> => (await sql<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))[0]?.n ?? 0;
const history = async (sku: string) => (await app.get(SkuReader).history(sku, 100, null)).changes.map(({ actor, priceMinor, withdrawnAt }) => [actor, priceMinor, withdrawnAt !== null]);

describe('a product', () => {
  it('is written whole, and its prices say who set them', async () => {
    const id = randomUUID();
    const product = await put({ id, partner: 'acme', details: { purpose: 'a library' }, skus: [offer('SMALL', { currency: 'usd' }), offer('LARGE', { priceMinor: 9_900, availableFrom: SOON, availableUntil: LATER }), offer(undefined)] });
    expect(product).toMatchObject({ id, productType: 'donation', title: 'A gift', partner: 'acme', details: { purpose: 'a library' }, courseId: null, mode: null, version: 1, withdrawnSkus: [] });
    expect(product.skus).toHaveLength(3);
    expect(product.skus).toEqual(expect.arrayContaining([offer('SMALL'), offer('LARGE', { priceMinor: 9_900, availableFrom: SOON, availableUntil: LATER }), { ...offer(undefined), sku: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{16}$/) }]));
    expect(await history('SMALL')).toEqual([['cleo', 4_900, false]]);
    expect(await products.find(id)).toEqual(product);
  });

  it('loses the SKUs that are left out, and gets them back when they are named again', async () => {
    const { id } = await put({ skus: [offer('KEPT'), offer('GONE')] });
    const second = await put({ id, title: 'A present', skus: [offer('KEPT', { priceMinor: 100 })] }, 1);
    expect(second).toMatchObject({ title: 'A present', version: 2, skus: [offer('KEPT', { priceMinor: 100 })], withdrawnSkus: ['GONE'] });
    const third = await put({ id, skus: [offer('GONE', { priceMinor: 200 })] }, 2);
    expect(third).toMatchObject({ version: 3, skus: [offer('GONE', { priceMinor: 200 })], withdrawnSkus: ['KEPT'] });
    expect(await history('GONE')).toEqual([['cleo', 200, false], ['cleo', 4_900, true], ['cleo', 4_900, false]]);
  });

  it('of the seed says so in its history', async () => {
    await products.add({ productType: 'donation', title: 'A gift', details: {}, sku: 'SEEDED', priceMinor: 500, currency: 'USD' });
    expect(await history('SEEDED')).toEqual([['seed', 500, false]]);
  });

  it('leaves no history where no price, window or offer changes', async () => {
    const { id } = await put();
    await put({ id, title: 'A present' }, 1);
    expect(await history('GIFT')).toHaveLength(1);
  });

  it('is withdrawn and not deleted', async () => {
    const { id } = await put({ skus: [offer('ONE'), offer('TWO')] });
    expect(await products.remove(id, { ifVersion: 1, actor: 'dora' })).toMatchObject({ version: 2, skus: [], withdrawnSkus: ['ONE', 'TWO'] });
    expect(await history('ONE')).toEqual([['dora', 4_900, true], ['cleo', 4_900, false]]);
    await expect(products.remove(id, { ifVersion: 1, actor: 'dora' })).rejects.toThrow(StaleVersionError);
    await expect(products.remove(randomUUID(), { ifVersion: 1, actor: 'dora' })).rejects.toThrow(ProductNotFoundError);
  });

  it('keeps an end of sale that has passed, and takes no new one', async () => {
    const { id } = await put({ skus: [offer('ENDED', { availableUntil: SOON })] });
    await sql(`update sku set available_until = '2020-01-01T00:00:00.000123Z' where sku = 'ENDED'`);
    expect(await put({ id, skus: [offer('ENDED', { availableUntil: PAST, priceMinor: 5 })] }, 1)).toMatchObject({ skus: [{ availableUntil: PAST, priceMinor: 5 }] });
    expect(await refusal({ id, skus: [offer('ENDED', { availableUntil: new Date('2021-01-01T00:00:00Z') })] }, 2)).toEqual(['product_refused /skus/0/availableUntil lies in the past']);
  });
});

describe('a product is refused, and nothing is written,', () => {
  it.each<[string, Partial<ProductDraft>, string]>([
    ['of a type that nobody delivers', { productType: 'jetpack' }, 'product_refused /productType is no type that is delivered here: add it to the product types'],
    ['with details that its fulfiller cannot read', { details: { purpose: 7 } }, 'product_refused /details/purpose must be a text'],
    ['of a partner whom nobody knows', { partner: 'nobody' }, 'product_refused /partner is unknown: nobody'],
    ['with an unknown currency', { skus: [offer('A'), offer('B', { currency: 'QQQ' })] }, 'product_refused /skus/1/currency is no ISO 4217 currency code such as USD'],
    ['with a price of 10¹²', { skus: [offer('A', { priceMinor: 1e12 })] }, 'product_refused /skus/0/priceMinor must be at most 1000000000 USD'],
    ['with a negative price', { skus: [offer('A', { priceMinor: -1 })] }, 'product_refused /skus/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['with half a cent', { skus: [offer('A', { priceMinor: 0.5 })] }, 'product_refused /skus/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['with no number for a price', { skus: [offer('A', { priceMinor: NaN })] }, 'product_refused /skus/0/priceMinor must be a whole number of minor units, 0 or more'],
    ['with a sale that ends before it begins', { skus: [offer('A', { availableFrom: LATER, availableUntil: SOON })] }, 'product_refused /skus/0/availableUntil must be after availableFrom'],
    ['with a sale that has ended', { skus: [offer(undefined, { availableUntil: PAST })] }, 'product_refused /skus/0/availableUntil lies in the past'],
    ['with a SKU twice', { skus: [offer('A'), offer('A')] }, 'product_refused /skus/1/sku stands twice: A'],
    ['with a SKU that nobody can type', { skus: [offer('A B')] }, 'product_refused /skus/0/sku must be 1 to 64 letters, digits, points, underscores and hyphens'],
  ])('%s', async (_, draft, problem) => {
    expect(await refusal(draft)).toEqual([problem]);
  });

  it('with a SKU of another product, whosever it is, withdrawn or not', async () => {
    await put({ title: 'Theirs', partner: 'acme', skus: [offer('THEIRS'), offer('OLD')] });
    await sql(`update sku set withdrawn_at = now() where sku = 'OLD'`);
    const { id } = await put({ skus: [offer('MINE')] });
    const wrong = { skus: [offer('NEW'), offer('MINE', { priceMinor: 1 }), offer('THEIRS'), offer('OLD')] };
    const problems = ['sku_taken /skus/2/sku belongs to another product: Theirs (acme)', 'sku_taken /skus/3/sku belongs to another product: Theirs (acme)'];
    expect(await refusal({ id, ...wrong }, 1)).toEqual(problems);
    expect(await refusal(wrong)).toEqual(['sku_taken /skus/1/sku belongs to another product: A gift (default)', ...problems]);
  });

  it('with another type or another partner than it has', async () => {
    const { id } = await put();
    expect(await refusal({ id, productType: 'seat' }, 1)).toEqual(['product_refused /productType must be donation: a product keeps its type']);
    expect(await refusal({ id, partner: 'acme' }, 1)).toEqual(['product_refused /partner must be default: a product stays with its partner']);
  });

  it('when it is edited with its course, also one that would be new', async () => {
    const id = randomUUID();
    await sql(`insert into course (id, name) values ('course-v1:AcmeX+BIO1+2026', 'Biology')`);
    await sql(`insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at) values (?, 'seat', 'Biology', '{}', 'course-v1:AcmeX+BIO1+2026', 'verified', now(), now())`, [id]);
    const before = await rows();
    await expect(put({ id, productType: 'seat' }, 1)).rejects.toThrow('PUT /v1/courses/course-v1%3AAcmeX%2BBIO1%2B2026');
    await expect(put({ id, productType: 'seat', details: 7 }, 1)).rejects.toThrow(EditedByCourseError);
    await expect(products.remove(id, { ifVersion: 1, actor: 'cleo' })).rejects.toThrow(EditedByCourseError);
    for (const productType of ['seat', 'enrollment-code']) await expect(put({ productType })).rejects.toThrow(EditedByCourseError);
    expect(await rows()).toEqual(before);
  });

  it('when it is not what was read', async () => {
    const { id } = await put();
    await put({ id, title: 'Newer' }, 1);
    const before = await rows();
    await expect(put({ id, title: 'Stale' }, 1)).rejects.toMatchObject({ code: 'stale_version', version: 2 });
    await expect(put({ id, title: 'Again' }, 'new')).rejects.toThrow(ProductExistsError);
    await expect(put({}, 1)).rejects.toThrow(ProductNotFoundError);
    expect(await rows()).toEqual(before);
  });
});

describe('two writers at once', () => {
  const settled = async (writes: Promise<CatalogProduct>[]) => {
    const results = await Promise.allSettled(writes);
    return { taken: results.filter(({ status }) => status === 'fulfilled').length, refused: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : [])) };
  };

  // Without the version in the condition of CHANGE_PRODUCT both go through.
  it('of one version: one goes through, the other is told', async () => {
    const { id } = await put();
    const blocker = await block(database.url, 'select 1 from product where id = $1 for update', [id]);
    const writes = [1, 2].map((price) => put({ id, skus: [offer('GIFT', { priceMinor: price })] }, 1));
    const outcome = settled(writes);
    await until('both wait for the row', async () => (await lockWaiters()) === 2);
    await blocker.release();
    const { taken, refused } = await outcome;
    expect([taken, refused]).toEqual([1, [expect.any(StaleVersionError)]]);
    expect(await products.find(id)).toMatchObject({ version: 2 });
  });

  // Without `on conflict` in CREATE_PRODUCT the second breaks down.
  it('of one new product: one makes it, the other is told', async () => {
    const id = randomUUID();
    const { taken, refused } = await settled(Array.from({ length: 8 }, (_, n) => put({ id, skus: [offer(`SKU${n}`)] })));
    expect([taken, refused.map(({ name }) => name)]).toEqual([1, Array<string>(7).fill('ProductExistsError')]);
    expect(await sql('select 1 from sku')).toHaveLength(1);
  });

  // Without the condition in OFFER_SKUS the second changes the first one's price.
  it('of one SKU: the second is told, and does not touch the price of the first', async () => {
    const { id } = await put({ skus: [offer('FIRST')] });
    const mine = await put({ skus: [offer('SECOND')] });
    const blocker = await block(database.url, `insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) values ('WANTED', $1, 777, 'USD', now(), now())`, [id]);
    const outcome = settled([put({ id: mine.id, skus: [offer('SECOND', { priceMinor: 1 }), offer('WANTED', { priceMinor: 2 })] }, 1)]);
    await until('the second waits for the key', async () => (await lockWaiters()) === 1);
    await blocker.release();
    expect((await outcome).refused).toEqual([expect.objectContaining({ code: 'sku_taken', problems: [expect.objectContaining({ pointer: '/skus/1/sku' })] })]);
    expect(await sql(`select product_id, price_minor::int as price from sku where sku = 'WANTED'`)).toEqual([{ product_id: id, price: 777 }]);
    expect(await products.find(mine.id)).toEqual(mine);
  });

  // Without the order in OFFER_SKUS they wait for one another, and PostgreSQL ends one of them with an error of its own.
  it('of the same hundred new SKUs in opposite orders: one gets them all, the other is told', async () => {
    for (let round = 0; round < 10; round += 1) {
      const wanted = Array.from({ length: 100 }, (_, n) => offer(`R${round}-${String(n).padStart(3, '0')}`));
      const { taken, refused } = await settled([put({ skus: wanted }), put({ skus: wanted.toReversed() })]);
      expect([taken, refused]).toEqual([1, [expect.any(SkuTakenError)]]);
    }
  });
});

describe('a made-up SKU', () => {
  const inTransaction = (productId: string, skus: readonly SkuDraft[], made: string[]) =>
    app.get(CatalogDatabase).transaction(async (client) => {
      await offerSkus(client, productId, skus, () => made.shift() ?? 'NOTHING-LEFT');
      return { result: undefined, end: 'commit' };
    });

  // Without the loop the offer would be lost; with an update instead of "do nothing" it would be another one's.
  it('that exists is made anew, also where the same product has withdrawn it', async () => {
    await put({ skus: [offer('THEIRS')] });
    const { id } = await put({ skus: [offer('MINE'), offer('OWN-OLD')] });
    await put({ id, skus: [offer('MINE')] }, 1);
    await inTransaction(id, [offer('MINE'), offer(undefined, { priceMinor: 3 })], ['THEIRS', 'OWN-OLD', 'FRESH']);
    expect(await products.find(id)).toMatchObject({ skus: [offer('MINE'), offer('FRESH', { priceMinor: 3 })], withdrawnSkus: ['OWN-OLD'] });
    expect(await history('THEIRS')).toHaveLength(1);
  });

  it('that always exists ends the change, and nothing is written', async () => {
    const { id } = await put();
    const before = await rows();
    await expect(inTransaction(id, [offer('OTHER'), offer(undefined)], ['GIFT', 'GIFT', 'GIFT'])).rejects.toThrow('exists already');
    expect(await rows()).toEqual(before);
  });
});

describe('lists', () => {
  it('show products page by page, of a type and a partner', async () => {
    for (let n = 0; n < 5; n += 1) await put({ partner: n % 2 ? 'acme' : 'default', skus: [offer(`L${n}`), offer(`M${n}`)] });
    await sql(`insert into product (id, product_type, title, details, created_at, updated_at) values (?, 'seat', 'Never offered', '{}', now(), now())`, [randomUUID()]);
    const all: string[] = [];
    let afterId: string | null = null;
    do {
      const page: Awaited<ReturnType<ProductsService['list']>> = await products.list({}, 2, afterId);
      expect(page.products.length).toBeLessThanOrEqual(2);
      all.push(...page.products.map(({ id }) => id));
      afterId = page.nextAfterId;
    } while (afterId !== null);
    expect(all).toEqual([...all].sort());
    expect(all).toHaveLength(6);
    expect((await products.list({ productType: 'seat' }, 10, null)).products).toEqual([expect.objectContaining({ title: 'Never offered', skus: [], withdrawnSkus: [] })]);
    expect((await products.list({ partner: 'acme' }, 10, null)).products.map(({ skus }) => skus.map(({ sku }) => sku).sort())).toEqual(expect.arrayContaining([['L1', 'M1'], ['L3', 'M3']]));
    expect((await products.list({ partner: 'acme', productType: 'seat' }, 10, null)).products).toEqual([]);
  });

  it('show the history of a SKU page by page, newest first', async () => {
    const { id } = await put();
    for (let price = 2; price <= 5; price += 1) await put({ id, skus: [offer('GIFT', { priceMinor: price })] }, price - 1);
    const reader = app.get(SkuReader);
    const first = await reader.history('GIFT', 3, null);
    const second = await reader.history('GIFT', 3, first.nextBeforeId);
    expect([...first.changes, ...second.changes].map(({ priceMinor }) => priceMinor)).toEqual([5, 4, 3, 2, 4_900]);
    expect([first.changes.length, second.nextBeforeId]).toEqual([3, null]);
    expect(await reader.find('GIFT')).toMatchObject({ sku: 'GIFT', priceMinor: 5, withdrawnAt: null, product: { id, productType: 'donation', partner: 'default' } });
    for (const unknown of ['NOPE', "GIFT' or '1'='1", 'GIFT\0']) expect(await reader.find(unknown)).toBeNull();
  });
});
