import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { commandLineOf } from '../../apps/local/src/command-line.js';
import { startEmbeddedPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { choosePostgresPlace, type PostgresPlace } from '../../apps/local/src/postgres/postgres-place.js';
import type { PostgresServer } from '../../apps/local/src/postgres/postgres-server.js';

const PASSWORD = 'password-of-this-spec';
const START_LIMIT_MS = 60_000;

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let place: PostgresPlace;
  const reports: string[] = [];
  const servers: PostgresServer[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
    chmodSync(folder, 0o711);
    place = await choosePostgresPlace({ cloneFolder: cloneFolder(), dataFolder: join(folder, 'data'), report });
    reports.length = 0;
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function report(line: string): void {
    reports.push(line);
  }

  async function start(password = PASSWORD): Promise<PostgresServer> {
    const server = await startEmbeddedPostgres({ place, password, report });
    servers.push(server);
    return server;
  }

  it('keeps its databases from start to start', async () => {
    const first = await start();
    await first.ensureDatabase('orders');
    await first.stop();
    const second = await start();
    await expect(second.ensureDatabase('orders')).resolves.toBeUndefined();
    expect(reports.filter((line) => line.startsWith('Making the database'))).toHaveLength(1);
  }, START_LIMIT_MS);

  it('stops the server of a start that was killed, and takes its place', async () => {
    const orphan = await start();
    await start();
    expect(orphan.hasExited).toBe(true);
    expect(reports.join('\n')).toContain(`process ${orphan.pid}`);
  }, START_LIMIT_MS);

  it('starts after a crash although the old process id belongs to another program now', async () => {
    const first = await start();
    const pidFile = join(place.dataFolder, 'postgres', 'postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    await first.stop();
    writeFileSync(pidFile, content.replace(/^\d+/, String(process.pid)));
    const second = await start();
    expect(await second.answers()).toBe(true);
    expect(await commandLineOf(process.pid)).not.toBeNull();
  }, START_LIMIT_MS);

  it('says so when its password is another one', async () => {
    await (await start()).stop();
    await expect(start('another-password')).rejects.toThrow(/has another password than secrets\.json/);
  }, START_LIMIT_MS);

  it('repeats what PostgreSQL said when it does not start', async () => {
    await (await start()).stop();
    writeFileSync(join(place.dataFolder, 'postgres', 'postgresql.conf'), 'no_such_setting = on\n');
    await expect(start()).rejects.toThrow(/did not start [^]*no_such_setting/);
  }, START_LIMIT_MS);

  it('refuses the data of another major version', async () => {
    await (await start()).stop();
    writeFileSync(join(place.dataFolder, 'postgres', 'PG_VERSION'), '11\n');
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 11, and this is PostgreSQL 17/);
  }, START_LIMIT_MS);
});
