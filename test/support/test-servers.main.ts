import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from '#config';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { startEmbeddedPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { choosePostgresPlace } from '../../apps/local/src/postgres/postgres-place.js';
import type { PostgresServer } from '../../apps/local/src/postgres/postgres-server.js';
import { StartError } from '../../apps/local/src/start-error.js';
import { whenAskedToStop } from '../../apps/local/src/stop-requests.js';
import { startTestRedis } from './redis.js';

/*
 * PostgreSQL and Redis for one test run, as a program of its own: it stops both and removes their files
 * when Jest asks, and also when Jest is interrupted or killed.
 */

const TEMPLATE = 'template_order_fulfillment';
const report = (line: string): void => {
  console.log(line);
};

async function startPostgres(folder: string): Promise<PostgresServer> {
  const place = await choosePostgresPlace({ cloneFolder: cloneFolder(), dataFolder: join(folder, 'database'), report });
  return startEmbeddedPostgres({ place, password: randomBytes(16).toString('hex'), report });
}

async function makeTemplate(server: PostgresServer): Promise<void> {
  await server.ensureDatabase(TEMPLATE);
  await runMigrations(server.databaseUrl(TEMPLATE));
}

async function serve(folder: string): Promise<void> {
  const stopAsked = whenAskedToStop(() => undefined);
  const redis = await startTestRedis(join(folder, 'redis'));
  try {
    await servePostgres(folder, redis.url, stopAsked);
  } finally {
    await redis.stop();
  }
}

async function servePostgres(folder: string, redisUrl: string, stopAsked: Promise<void>): Promise<void> {
  const postgres = await startPostgres(folder);
  try {
    await makeTemplate(postgres);
    report(JSON.stringify({ event: 'ready', postgresUrl: postgres.databaseUrl('postgres'), template: TEMPLATE, redisUrl }));
    await stopAsked;
  } finally {
    await postgres.stop();
  }
}

process.stdout.on('error', () => undefined);
const folder = mkdtempSync(join(tmpdir(), 'order-fulfillment-tests-'));
chmodSync(folder, 0o711); // PostgreSQL's own account must get through to its files
try {
  await serve(folder);
  process.exitCode = 0;
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });
process.exit();
