import { join } from 'node:path';
import { ChildProgram } from '../../apps/local/src/child-program.js';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';

const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 30_000;

let servers: ChildProgram | null = null;

/** Starts PostgreSQL and Redis for this run of Jest and tells its workers where they are, through the environment. */
export async function startTestRun(): Promise<void> {
  const folder = cloneFolder();
  servers = new ChildProgram({ name: 'The servers of the tests', entry: join(folder, 'dist/test/support/test-servers.main.js'), cwd: folder, env: process.env });
  const ready = await servers.waitForEvent('ready', START_LIMIT_MS);
  process.env['TEST_POSTGRES_URL'] = String(ready['postgresUrl']);
  process.env['TEST_TEMPLATE'] = String(ready['template']);
  process.env['TEST_REDIS_URL'] = String(ready['redisUrl']);
}

/** Stops both servers; they remove their files. */
export async function endTestRun(): Promise<void> {
  await servers?.stop(STOP_LIMIT_MS);
  servers = null;
}
