import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { errorCode } from '../../apps/local/src/error-code.js';
import { becomesTrue } from '../../apps/local/src/polling.js';

const CLONE_LIMIT_MS = 20_000;
const OBJECT_IN_USE = '55006';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/** A migrated, empty database of the caller's own, cloned from the template. Drop it after the file's tests. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = required('TEST_POSTGRES_URL');
  const template = pg.escapeIdentifier(required('TEST_TEMPLATE'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const clone = (): Promise<boolean> => succeedsUnlessInUse(admin, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  if (!(await becomesTrue(clone, { limitMs: CLONE_LIMIT_MS }))) throw new Error('The template database stays in use: somebody left a connection to it open.');
  const url = new URL(admin);
  url.pathname = name;
  return { url: url.href, name, drop: () => execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function succeedsUnlessInUse(url: string, sql: string): Promise<boolean> {
  try {
    await execute(url, sql);
    return true;
  } catch (error) {
    if (errorCode(error) === OBJECT_IN_USE) return false;
    throw error;
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`There is no ${variable}: this spec belongs to the Jest project "system".`);
  return value;
}
