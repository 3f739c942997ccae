import { MikroORM } from '@mikro-orm/postgresql';
import { FAILURE_KINDS as CONTRACT_KINDS } from '@order-fulfillment/fulfiller-kit';
import { mikroOrmOptions, pendingMigrations, runMigrations } from '#config';
import { FAILURE_KINDS, LINE_STATUSES, ORDER_STATUSES } from '#orders';
import { PARKED_CAUSES, PAYMENT_STATUSES } from '#payments';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmOptions({ url: database.url, poolSize: 2 }));
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

describe('the migrated schema', () => {
  it('has every table and column that the entities map, with a type and nullness that fit', async () => {
    const columns = await orm.em.execute<{ table_name: string; column_name: string; nullable: boolean; udt_name: string }[]>(
      `select table_name, column_name, is_nullable = 'YES' as nullable, udt_name from information_schema.columns where table_schema = 'public'`,
    );
    const inDatabase = new Map(columns.map((column) => [`${column.table_name}.${column.column_name}`, `${column.udt_name} ${column.nullable ? 'null' : 'not null'}`]));
    const mapped = [...orm.getMetadata().getAll().values()].flatMap((meta) =>
      meta.props.filter(({ fieldNames, persist }) => fieldNames && persist !== false).map((prop) => ({ name: `${meta.tableName}.${prop.fieldNames[0]}`, type: prop.columnTypes[0] ?? '', nullable: prop.nullable ?? false })),
    );
    const wrong = mapped.filter(({ name, type, nullable }) => inDatabase.get(name) !== `${UDT[type] ?? type} ${nullable ? 'null' : 'not null'}`);
    expect(wrong.map(({ name, type, nullable }) => `${name}: mapped ${type} ${nullable ? 'null' : 'not null'}, is ${inDatabase.get(name)}`)).toEqual([]);
    expect(mapped.length).toBeGreaterThan(50);
  });

  it.each([
    ['orders_status_check', ORDER_STATUSES],
    ['order_line_status_check', LINE_STATUSES],
    ['order_line_failure_kind_check', FAILURE_KINDS],
    ['payment_status_check', PAYMENT_STATUSES],
    ['payment_parked_cause_check', PARKED_CAUSES],
  ])('lets %s through exactly what the code knows', async (constraint, known) => {
    const [row] = await orm.em.execute<{ definition: string }[]>(`select pg_get_constraintdef(oid) as definition from pg_constraint where conname = ?`, [constraint]);
    expect([...(row?.definition ?? '').matchAll(/'(\w+)'::text/g)].map(([, value]) => value).sort()).toEqual([...known].sort());
  });

  it('knows the same kinds of failure as the contract of a fulfiller', () => {
    expect(FAILURE_KINDS).toEqual(CONTRACT_KINDS);
  });

  it('is migrated once: again is harmless', async () => {
    expect(await pendingMigrations(database.url)).toEqual([]);
    await runMigrations(database.url);
    expect(await pendingMigrations(database.url)).toEqual([]);
  });

  it('can be taken back to nothing', async () => {
    await orm.migrator.down({ to: 0 });
    const left = await orm.em.execute<{ table_name: string }[]>(`select table_name from information_schema.tables where table_schema = 'public' and table_name <> 'mikro_orm_migrations'`);
    expect(left).toEqual([]);
    await orm.migrator.up();
  });
});

const UDT: Readonly<Record<string, string>> = { integer: 'int4', int: 'int4', bigint: 'int8', boolean: 'bool', timestamptz: 'timestamptz', 'timestamptz(6)': 'timestamptz', varchar: 'varchar', 'char(3)': 'bpchar' };
