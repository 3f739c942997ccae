import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from '#config';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { openLog } from '../../../apps/local/src/log-file.js';
import { startEmbeddedPostgres } from '../../../apps/local/src/postgres/embedded-postgres.js';
import { choosePostgresPlace, readyBinaries, type PostgresPlace } from '../../../apps/local/src/postgres/postgres-place.js';
import { PostgresServer } from '../../../apps/local/src/postgres/postgres-server.js';
import { becomesTrue } from '../../../apps/local/src/polling.js';

const START_LIMIT_MS = 60_000;
const PAUSE_MS = 100;
const quietly = (): void => undefined;

/** A PostgreSQL of the drills' own, which comes back on the same port with the same data. */
export class RestartablePostgres {
  private closed = false;

  private constructor(
    private server: PostgresServer,
    private readonly place: PostgresPlace,
    private readonly password: string,
  ) {}

  /** Starts it, with its files below `folder`. PostgreSQL's own account must be able to get there. */
  static async start(folder: string): Promise<RestartablePostgres> {
    const place = await choosePostgresPlace({ cloneFolder: cloneFolder(), dataFolder: join(folder, 'database'), report: quietly });
    const password = randomBytes(16).toString('hex');
    return new RestartablePostgres(await startEmbeddedPostgres({ place, password, report: quietly }), place, password);
  }

  /** A migrated, empty database. */
  async makeDatabase(name: string): Promise<string> {
    await this.server.ensureDatabase(name);
    const url = this.server.databaseUrl(name);
    await runMigrations(url);
    return url;
  }

  /** Its sessions are ended, and everything is written out. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Stops it for good: a drill that was interrupted cannot bring it back. */
  async close(): Promise<void> {
    this.closed = true;
    await this.stop();
  }

  /** SIGKILL to the server's first process, in the middle of whatever runs. What was committed is in its log. */
  async crash(): Promise<void> {
    const { pid } = this.server;
    if (pid !== undefined && !this.server.hasExited) process.kill(pid, 'SIGKILL');
    await this.server.exited;
  }

  /** Back on the same port. After a crash it waits for the old sessions to notice, and for the recovery. */
  async startAgain(): Promise<void> {
    const endsAtMs = performance.now() + START_LIMIT_MS;
    while (performance.now() < endsAtMs) {
      if (this.closed) return;
      this.server = await this.spawn();
      if (this.closed) return this.stop();
      if (await this.comesUp()) return;
      await sleep(PAUSE_MS);
    }
    throw new Error('PostgreSQL did not come back.');
  }

  private async spawn(): Promise<PostgresServer> {
    const { place, password } = this;
    const { postgres: program } = await readyBinaries(place, quietly);
    const port = Number(new URL(this.server.databaseUrl('postgres')).port);
    const log = openLog(join(place.dataFolder, 'postgres.log'));
    return new PostgresServer({ program, account: place.account, folder: join(place.dataFolder, 'postgres'), password, port, log });
  }

  private async comesUp(): Promise<boolean> {
    const { server } = this;
    await becomesTrue(async () => server.hasExited || (await server.answers()), { limitMs: START_LIMIT_MS });
    return !server.hasExited;
  }
}
