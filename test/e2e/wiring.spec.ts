import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, startWorker } from '../support/processes.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiring-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** The last words of an API that must not start. */
async function lastWords(env: Readonly<Record<string, string>>, start = startApi): Promise<string> {
  try {
    const api = await start({ databaseUrl: database.url, lmsUrl: 'http://127.0.0.1:9', env });
    await api.stop();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('The API started.');
}

async function withTokenMap(yaml: string): Promise<string> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
  await writeFile(file, yaml);
  return lastWords({ PRODUCT_TYPES_FILE: file });
}

describe('a wrong token map stops the boot with a sentence', () => {
  it.each([
    ['names a module that is not there', 'seat: { fulfiller: "@acme/nowhere" }', `Product type "seat": its fulfiller "@acme/nowhere" cannot be loaded`],
    ['has two fulfillers for a type', 'seat: { fulfiller: enrollment }\nseat: { fulfiller: donation }', 'one type has one fulfiller, keep one entry'],
    ['has an option that the fulfiller does not know', 'seat: { fulfiller: enrollment, options: { speed: 9 } }', `Product type "seat": its fulfiller "enrollment" does not take its options`],
    ['has a key that an entry does not have', 'seat: { fulfiller: enrollment, retries: 9 }', 'retries'],
    ['names no fulfiller', 'seat: { options: {} }', 'fulfiller'],
    ['has a time-out that is no number', 'seat: { fulfiller: enrollment, options: { timeoutMs: "7s" } }', 'timeoutMs'],
    ['sells more of a line than an order holds', 'seat: { fulfiller: enrollment, maxQuantity: 1001 }', 'maxQuantity'],
    ['has a time-out that outlasts the lease', 'seat: { fulfiller: enrollment, options: { timeoutMs: 60000 } }', 'FULFILLMENT_LEASE_MS is 90000, but a delivery may take 131000'],
    ['has a retry for what is no failure', 'seat: { fulfiller: enrollment, retry: { broken: {} } }', 'seat.retry.broken: is no failure: use default, a kind'],
    ['has a wait that is no number', 'seat: { fulfiller: enrollment, retry: { server: { baseMs: 5s } } }', 'seat.retry.server.baseMs'],
    ['has waits that could never be', 'seat: { fulfiller: enrollment, retry: { server: { maxDelayMs: 100 } } }', 'seat.retry.server: baseMs (5000) is longer than maxDelayMs (100)'],
    ['is no YAML', 'seat: { fulfiller: ', 'product-types'],
  ])('when it %s', async (_, yaml, sentence) => {
    const words = await withTokenMap(yaml);
    if (sentence === 'product-types') expect(words).toContain('.yaml: ');
    else expect(words).toContain(sentence);
    expect(words).not.toMatch(/\n\s+at /);
  });

  it('when it is not there', async () => {
    expect(await lastWords({ PRODUCT_TYPES_FILE: join(folder, 'none.yaml') })).toContain('none.yaml: cannot be read. Set PRODUCT_TYPES_FILE to a token map.');
  });
});

describe('a wrong environment stops the boot', () => {
  it('naming every wrong variable at once, and no value', async () => {
    const words = await lastWords({ DATABASE_URL: 'mysql://user:hunter2@host/db', PORT: '99999', LMS_URL: 'hunter2', JWT_SECRET: 'short', LMS_TIMEOUT_MS: '7s', LMS_API_KEY: '' });
    for (const variable of ['DATABASE_URL', 'PORT', 'LMS_URL', 'JWT_SECRET', 'LMS_TIMEOUT_MS', 'LMS_API_KEY is missing']) expect(words).toContain(variable);
    for (const value of ['hunter2', '99999', 'short\n', '7s']) expect(words).not.toContain(value);
  });

  it('when the lease could end while its holder still works', async () => {
    expect(await lastWords({ FULFILLMENT_LEASE_MS: '24999' })).toContain('Raise it to 25000 or more');
  });

  it('when the port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
    const words = await lastWords({ PORT: String(port) });
    server.close();
    expect(words).toContain('set HOST and PORT (METRICS_PORT, WORKER_PORT) to others');
    expect(words).not.toMatch(/\n\s+at /);
  });

  it('when the database is not there, and when it lacks the tables', async () => {
    expect(await lastWords({ DATABASE_URL: 'postgres://postgres@127.0.0.1:9/none' })).toContain('The database cannot be reached');
    const empty = new URL(database.url);
    empty.pathname = 'postgres';
    expect(await lastWords({ DATABASE_URL: empty.href })).toContain('Run "npm run migrate" first.');
  });
});

describe('a worker does not start', () => {
  it.each([
    [{ SWEEP_INTERVAL_MS: '*/5 * * * *' }, 'SWEEP_INTERVAL_MS: must be a whole number'],
    [{ DELIVERY_CONCURRENCY: '0' }, 'DELIVERY_CONCURRENCY'],
    [{ RETRY_BASE_MS: '20', RETRY_MAX_DELAY_MS: '10' }, 'RETRY_BASE_MS is longer than RETRY_MAX_DELAY_MS'],
    [{ RETRY_MAX_AGE_MS: '9999999999999' }, 'RETRY_MAX_AGE_MS'],
    [{ LMS_RATE_PER_MINUTE: '-1' }, 'LMS_RATE_PER_MINUTE'],
    [{ FULFILLMENT_LEASE_MS: '24999', PUBLISH_TO_LMS: 'false' }, 'Raise it to 25000 or more'],
    [{ FULFILLMENT_LEASE_MS: '28999' }, 'Raise it to 29000 or more'],
    [{ PUBLISH_TO_LMS: 'yes' }, 'PUBLISH_TO_LMS: must be true or false'],
    [{ LMS_OAUTH_CLIENT_ID: 'shop', LMS_OAUTH_CLIENT_SECRET: '' }, 'LMS_OAUTH_CLIENT_SECRET is missing'],
    [{ WORKER_PORT: '70000' }, 'WORKER_PORT'],
  ])('with %j, and says so in a sentence', async (env, sentence) => {
    const words = await lastWords(env, startWorker);
    expect(words).toContain(sentence);
    expect(words).not.toMatch(/\n\s+at /);
  });

  it('on a port that is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
    const words = await lastWords({ WORKER_PORT: String(port) }, startWorker);
    server.close();
    expect(words).toContain('set HOST and PORT (METRICS_PORT, WORKER_PORT) to others');
  });
});
