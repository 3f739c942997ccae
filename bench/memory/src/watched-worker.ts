import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startRedis } from '../../../apps/local/src/redis-server.js';
import { StartError } from '../../../apps/local/src/start-error.js';
import { startWorker, type RunningProgram } from '../../../test/support/processes.js';
import { withClient } from '../../kit/src/database.js';
import { UNFINISHED, writeDueLines } from '../../kit/src/due-lines.js';
import type { Ground } from '../../kit/src/ground.js';
import { LmsStub } from '../../kit/src/lms-stub.js';
import { figure, type Reading } from './reading.js';

const LOOK_MS = 250;
/** Longer than a collection takes; the worker does nothing else then. */
const COLLECTION_MS = 500;

/** A worker that delivers what it is fed, and whose memory is read. */
export class WatchedWorker {
  private written = 0;

  private constructor(
    readonly databaseUrl: string,
    private readonly program: RunningProgram,
  ) {}

  /** @throws {StartError} when it shall have a Redis and the machine has none. */
  static async start(ground: Ground, withRedis: boolean): Promise<WatchedWorker> {
    const databaseUrl = await ground.makeDatabase('memory');
    const lms = ground.closing(await LmsStub.start());
    const redis = withRedis ? await startRedis(join(ground.folder, 'redis')) : null;
    if (withRedis && redis === null) throw new StartError('This machine has no redis-server: install it, or say --without-redis.');
    if (redis) ground.closing(redis);
    const options = `--expose-gc --import=${pathToFileURL(join(import.meta.dirname, 'collect-on-signal.js')).href}`;
    const env = { NODE_ENV: 'production', LOG_LEVEL: 'info', SWEEP_INTERVAL_MS: '1000', NODE_OPTIONS: options, ...(redis && { REDIS_URL: redis.url }) };
    return new WatchedWorker(databaseUrl, ground.closing(await startWorker({ databaseUrl, lmsUrl: lms.url, env })));
  }

  /** Has it deliver until it has delivered so many in all, and reads its memory. */
  async deliver(lines: number): Promise<Reading> {
    await writeDueLines(this.databaseUrl, { from: this.written + 1, count: lines - this.written, inMs: -1_000 });
    this.written = lines;
    await this.whenDrained();
    const residentBytes = figure(await this.metrics(), 'process_resident_memory_bytes');
    process.kill(this.program.pid, 'SIGUSR2');
    await sleep(COLLECTION_MS);
    return { lines, residentBytes, heapBytes: figure(await this.metrics(), 'nodejs_heap_size_used_bytes') };
  }

  private async whenDrained(): Promise<void> {
    await withClient(this.databaseUrl, async (client) => {
      while ((await client.query<{ lines: number }>(UNFINISHED)).rows[0]?.lines !== 0) await sleep(LOOK_MS);
    });
  }

  private async metrics(): Promise<string> {
    return (await fetch(`${this.program.url}/metrics`)).text();
  }
}
