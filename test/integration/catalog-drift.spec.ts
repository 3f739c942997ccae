import 'reflect-metadata';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogDrift, CatalogDriftModule, type DriftSummary, type DriftingCourse } from '#catalog';
import { mikroOrmOptions } from '#config';
import { LmsModule } from '#lms';
import { StubLms, replying } from '../../libs/lms/src/stub-lms.js';
import { block } from '../support/blocker.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const TOKENS = '/oauth2/access_token';
const id = (number: number) => `course-v1:DriftX+C${String(number).padStart(5, '0')}+2026`;
/** What the LMS says of a course, unless the fields say otherwise. */
const listed = (number: number, mode: object = {}) => ({ id: id(number), name: 'x', verification_deadline: null, modes: [{ name: 'verified', currency: 'usd', price: 49, sku: `S${number}`, expires: null, ...mode }] });

let database: TestDatabase;
let app: INestApplicationContext;
let lms: StubLms;
/** What the LMS lists, and what happens before it does. */
let list: unknown[];
let meanwhile: () => Promise<unknown>;

beforeAll(async () => {
  database = await createTestDatabase();
  lms = await new StubLms((response, received) => {
    if (received.path === TOKENS) return replying(200, { access_token: 'a.b.c', expires_in: 3600, token_type: 'JWT' })(response, received);
    return void meanwhile().then(() => replying(200, list)(response, received));
  }).listen();
  const orm = MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 2 }), registerRequestContext: false, autoLoadEntities: false });
  const imports = [orm, LmsModule.forRoot({ url: lms.url, apiKey: 'key', oauth: { clientId: 'us', clientSecret: 'secret' } }), CatalogDriftModule];
  app = await NestFactory.createApplicationContext({ module: class Root {}, imports }, { logger: ['error'], abortOnError: false });
}, 60_000);
afterAll(async () => {
  const orm = app.get(MikroORM);
  await app.close();
  await orm.close(true);
  await lms.close();
  await database.drop();
});
beforeEach(async () => {
  await sql('truncate publication_attempt, publication, sku_change, sku, product, course cascade');
  [list, meanwhile] = [[], () => Promise.resolve()];
});

it('compares in chunks, to the last course of each, and finds what the LMS lacks anywhere in ours', async () => {
  await sell(1_203);
  list = numbers(1, 1_201).map((number) => listed(number, [1, 500, 501, 1_000, 1_201].includes(number) ? { price: 48 } : {}));
  const { drifting, summary } = await compare();
  expect(drifting.map((course) => course.id)).toEqual([1, 500, 501, 1_000, 1_201, 1_202, 1_203].map(id));
  expect(summary).toMatchObject({ compared: 1_201, drifting: 7, onlyAtLms: 0, changedMeanwhile: 0 });
});

it('counts what only the LMS has, and names the first twenty', async () => {
  list = numbers(1, 600).map((number) => listed(number));
  const { summary } = await compare();
  expect(summary).toMatchObject({ compared: 0, drifting: 0, onlyAtLms: 600, onlyAtLmsIds: numbers(1, 20).map(id) });
});

it('does not take a course that the LMS lists and that cannot be read for one that it lacks', async () => {
  await sell(2);
  list = [listed(1, { price: 'much' }), { nothing: true }, listed(2)];
  const { drifting, summary } = await compare();
  expect([drifting, summary.unreadable, summary.unreadableCourses.map((course) => course.id)]).toEqual([[], 2, [id(1), null]]);
});

it('says nothing of courses that neither sells', async () => {
  await sql(`insert into course (id, name) values ($1, 'x')`, [id(1)]);
  expect((await compare()).summary).toMatchObject({ compared: 0, drifting: 0 });
});

it('does not call drift what was changed after the comparison began (fails without the look at updated_at)', async () => {
  await sell(2);
  list = [listed(1), listed(2, { price: 48 })];
  meanwhile = async () => {
    await sql(`update sku set price_minor = 5900 where sku = 'S1'`);
    await sql(`update course set updated_at = clock_timestamp() where id = $1`, [id(1)]);
  };
  const { drifting, summary } = await compare();
  expect([drifting.map((course) => course.id), summary.drifting, summary.changedMeanwhile]).toEqual([[id(2)], 1, 1]);
});

it('does not call drift what a change that began before has made of it meanwhile (fails when only the beginning of the comparison counts)', async () => {
  await sell(2);
  list = [listed(1), listed(2, { price: 48 })];
  const change = await block(database.url, `with changed as (update course set updated_at = now() where id = $1 returning id) update sku set price_minor = 5900 from changed where sku = 'S1'`, [id(1)]);
  meanwhile = () => change.release();
  const { drifting, summary } = await compare();
  expect([drifting.map((course) => course.id), summary.changedMeanwhile]).toEqual([[id(2)], 1]);
});

it('does not call drift what was published after the comparison began (fails without the look at published_at)', async () => {
  await sell(2);
  list = [listed(1, { price: 48 }), listed(2, { price: 48 })];
  const publish = (number: number, at: string) =>
    sql(`insert into publication (course_id, wanted_version, status, requested_at, requested_by, published_at, updated_at) values ($1, 1, 'published', now(), 'ann', ${at}, now())`, [id(number)]);
  await publish(2, `now() - interval '1 second'`);
  meanwhile = () => publish(1, 'clock_timestamp()');
  const { drifting, summary } = await compare();
  expect([drifting, summary.changedMeanwhile]).toEqual([[expect.objectContaining({ id: id(2), publication: 'published' })], 1]);
});

it('waits for whoever is told of a drift, and ends with him', async () => {
  await sell(1);
  list = [listed(1, { price: 48 })];
  const onDrift = () => Promise.reject(new Error('No room.'));
  await expect(app.get(CatalogDrift).compareAll({ ...watch(), onDrift })).rejects.toThrow('No room.');
});

it('ends when its caller gives up', async () => {
  const caller = new AbortController();
  await sell(1);
  meanwhile = () => Promise.resolve(caller.abort());
  await expect(app.get(CatalogDrift).compareAll({ ...watch(), signal: caller.signal })).rejects.toThrow();
});

/** Sells the first so many courses in the mode `verified` for 49 USD. */
async function sell(count: number): Promise<void> {
  const ids = numbers(1, count).map(id);
  await sql(`insert into course (id, name) select id, id from unnest($1::text[]) id`, [ids]);
  await sql(
    `insert into product (id, product_type, title, course_id, mode, details, created_at, updated_at) select gen_random_uuid(), 'seat', 'A seat', id, 'verified', '{}', now(), now() from unnest($1::text[]) id`,
    [ids],
  );
  await sql(`insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select 'S' || substring(course_id from 'C([0-9]{5})')::int, id, 4900, 'USD', now(), now() from product`);
}

function watch() {
  return { timeoutMs: 10_000, signal: new AbortController().signal, onDrift: () => Promise.resolve(), onProgress: () => undefined };
}

async function compare(): Promise<{ drifting: DriftingCourse[]; summary: DriftSummary }> {
  const drifting: DriftingCourse[] = [];
  const onDrift = (courses: readonly DriftingCourse[]) => Promise.resolve(void drifting.push(...courses));
  return { summary: await app.get(CatalogDrift).compareAll({ ...watch(), onDrift }), drifting };
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `$1` as PostgreSQL has it: MikroORM would put question marks for it. */
async function sql(text: string, values: unknown[] = []): Promise<unknown> {
  return app.get(EntityManager).getConnection().getNativeClient().then((pool: { query(text: string, values: unknown[]): Promise<unknown> }) => pool.query(text, values));
}
