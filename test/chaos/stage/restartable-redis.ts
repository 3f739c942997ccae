import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { becomesTrue } from '../../../apps/local/src/polling.js';
import { freePort } from '../../../apps/local/src/ports.js';
import { redisProcessId } from '../../../apps/local/src/redis-server.js';
import { StartError } from '../../../apps/local/src/start-error.js';

const SERVERS = ['redis-server', 'valkey-server'];
const START_LIMIT_MS = 10_000;

/** A Redis of the drills' own, without files: it comes back on the same port, and empty. */
export class RestartableRedis {
  private child: ChildProcess | null = null;
  private closed = false;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** @throws {StartError} when this machine has none. */
  static async start(folder: string): Promise<RestartableRedis> {
    mkdirSync(folder, { recursive: true });
    const redis = new RestartableRedis(folder, await freePort());
    await redis.startAgain();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** It forgets everything, and goes on. */
  async flush(): Promise<void> {
    const client = new Redis(this.url);
    await client.flushall();
    client.disconnect();
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Stops it for good: a drill that was interrupted cannot bring it back. */
  async close(): Promise<void> {
    this.closed = true;
    await this.stop();
  }

  async startAgain(): Promise<void> {
    if (this.closed) return;
    const child = await this.spawn();
    this.child = child;
    if (this.closed) return this.stop();
    const isOurs = async (): Promise<boolean> => (await redisProcessId(this.url)) === child.pid;
    if (!(await becomesTrue(isOurs, { limitMs: START_LIMIT_MS }))) throw new StartError(`Redis did not start on port ${this.port}.`);
  }

  private async spawn(): Promise<ChildProcess> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder];
    for (const server of SERVERS) {
      const child = spawn(server, args, { stdio: 'ignore', detached: true });
      const spawned = await once(child, 'spawn').then(() => true, () => false);
      if (spawned) return child;
    }
    throw new StartError('The drills need a real Redis: install redis-server or valkey-server.');
  }
}
