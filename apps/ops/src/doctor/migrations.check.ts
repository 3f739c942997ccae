import { mikroOrmOptions } from '#config';
import { fail, ok, warn, type Finding } from './check.js';
import { withClient, type DatabaseTarget } from './database.check.js';

/** The migrator's own table. */
const TABLE = 'mikro_orm_migrations';

export interface MigrationNames {
  /** Those that this program has. */
  readonly known: readonly string[];
  /** Those that the database has been through. */
  readonly done: readonly string[];
}

/** Only reads: the migrator itself makes its table when it is asked what is pending. */
export async function askMigrations(target: DatabaseTarget): Promise<MigrationNames> {
  const known = (mikroOrmOptions({ url: target.url, poolSize: 1 }).migrations?.migrationsList ?? []).map(({ name }) => name);
  const done = await withClient(target, async (client) => {
    const { rows: found } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [TABLE]);
    return found[0]?.there ? (await client.query<{ name: string }>(`select name from ${TABLE} order by id`)).rows.map(({ name }) => name) : [];
  });
  return { known, done };
}

export async function migrationsCheck(ask: () => Promise<MigrationNames>): Promise<Finding> {
  const { known, done } = await ask();
  const missing = known.filter((name) => !done.includes(name));
  const newer = done.filter((name) => !known.includes(name));
  if (missing.length > 0) return fail(`The database lacks ${counted(missing)}.`, 'Run: npm run migrate');
  if (newer.length > 0) return warn(`The database is newer than this program, by ${counted(newer)}.`, 'Bring this program up to date: it may not know what others write.');
  return ok('The database is up to date.');
}

function counted(names: readonly string[]): string {
  return `${names.length === 1 ? '1 migration' : `${names.length} migrations`}: ${names.join(', ')}`;
}
