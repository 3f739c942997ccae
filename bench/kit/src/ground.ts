import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from '#config';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { startEmbeddedPostgres } from '../../../apps/local/src/postgres/embedded-postgres.js';
import { choosePostgresPlace } from '../../../apps/local/src/postgres/postgres-place.js';
import type { PostgresServer } from '../../../apps/local/src/postgres/postgres-server.js';

/** What a benchmark stands on: a PostgreSQL of its own, with fsync on, and a folder. Both are gone afterwards, as is all that was started on them. */
export class Ground {
  private readonly closers: (() => Promise<void>)[] = [];

  private constructor(
    readonly folder: string,
    private server: PostgresServer | null = null,
  ) {}

  /** Passes it to `work`, and clears it away afterwards, whatever happened. */
  static async use<Result>(report: (line: string) => void, work: (ground: Ground) => Promise<Result>): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'order-fulfillment-bench-'));
    chmodSync(folder, 0o711); // PostgreSQL's own account must get through to its files
    const ground = new Ground(folder);
    try {
      await ground.startPostgres(report);
      return await work(ground);
    } finally {
      await ground.clear();
    }
  }

  get postgres(): PostgresServer {
    if (this.server === null) throw new Error('PostgreSQL was not started.');
    return this.server;
  }

  /** The URL of a new database with the product's schema. */
  async makeDatabase(name: string): Promise<string> {
    await this.postgres.ensureDatabase(name);
    const url = this.postgres.databaseUrl(name);
    await runMigrations(url);
    return url;
  }

  /** Has a part stopped before everything that was there earlier. */
  closing<Part extends { stop(): Promise<void> }>(part: Part): Part {
    this.closers.push(() => part.stop());
    return part;
  }

  private async startPostgres(report: (line: string) => void): Promise<void> {
    report('Starting PostgreSQL …');
    const place = await choosePostgresPlace({ cloneFolder: cloneFolder(), dataFolder: join(this.folder, 'database'), report });
    this.server = this.closing(await startEmbeddedPostgres({ place, password: randomBytes(16).toString('hex'), report }));
  }

  private async clear(): Promise<void> {
    for (const close of this.closers.toReversed()) await close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
