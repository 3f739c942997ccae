import { randomUUIDv7 } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { mikroOrmOptions, runMigrations } from '#config';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const BEFORE_COURSES = 'Migration20261122000300_limits';
const BIO = 'course-v1:AcmeX+BIO1+2026';

/** A database of the version before courses were rows of their own, with a seat in it. */
let database: TestDatabase;
let orm: MikroORM;
beforeEach(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmOptions({ url: database.url, poolSize: 2 }));
  await orm.migrator.down({ to: BEFORE_COURSES });
  await orm.em.execute(
    `with p as (insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at) values (?, 'seat', 'Biology One', '{}', ?, 'verified', now(), now()) returning id)
     insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select 'A1B2C3D', id, 4900, 'USD', now(), '2026-01-01' from p`,
    [randomUUIDv7(), BIO],
  );
});
afterEach(async () => {
  await orm.close(true);
  await database.drop();
});

const sql = <Row>(text: string): Promise<Row[]> => orm.em.execute(text);

describe('the migration that makes courses rows of their own', () => {
  it('makes a course of every course run of which seats were sold, and begins the history of prices with what they cost', async () => {
    await orm.migrator.up();
    expect(await sql(`select id, partner, name, version::int as version from course`)).toEqual([{ id: BIO, partner: 'default', name: 'Biology One', version: 1 }]);
    await sql(`update sku set price_minor = 5900`);
    expect(await sql(`select price_minor::int as price, actor, at < now() - interval '1 day' as is_old from sku_change order by id`)).toEqual([
      { price: 4_900, actor: 'migration', is_old: true },
      { price: 5_900, actor: 'unknown', is_old: false },
    ]);
  });

  // Without END_WITHDRAWN the version before would sell again what was withdrawn.
  it('is taken back without putting anything on sale again', async () => {
    await orm.migrator.up();
    await sql(`update sku set withdrawn_at = now()`);
    await orm.migrator.down({ to: BEFORE_COURSES });
    expect(await sql(`select available_until <= now() as is_over from sku`)).toEqual([{ is_over: true }]);
    await orm.migrator.up();
  });

  // Without its short patience every buyer would wait behind it for as long as somebody holds the table; without the second try it would just fail.
  it('lets buyers by while somebody holds the catalog, and goes on once he lets go', async () => {
    const importer = new pg.Client({ connectionString: database.url });
    await importer.connect();
    await importer.query('begin');
    await importer.query('lock table product, sku in share row exclusive mode');
    const migrated = runMigrations(database.url);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await sql(`select count(*)::int as n from sku`)).toEqual([{ n: 1 }]);
    await importer.query('commit');
    await importer.end();
    await migrated;
    expect(await sql(`select count(*)::int as n from course`)).toEqual([{ n: 1 }]);
  });
});
