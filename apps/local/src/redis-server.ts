import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { becomesTrue } from './polling.js';
import { freePort } from './ports.js';
import { StartError } from './start-error.js';

const SERVERS = ['redis-server', 'valkey-server'];
const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 5_000;
const MAX_TRIES = 5;

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts a Redis of our own on a free port of this machine, without files. Null when the machine has none.
 *
 * @throws {StartError} when it has one that does not start.
 */
export async function startRedis(folder: string): Promise<RedisServer | null> {
  mkdirSync(folder, { recursive: true });
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const child = await spawnServer(folder, await freePort());
    if (child === null) return null;
    const redis = await whenOurs(child);
    if (redis !== null) return redis;
  }
  throw new StartError('redis-server does not start on any free port.');
}

/** The process id that the server itself tells, so that another one on the same port is not taken for ours; null when it does not answer. */
export async function redisProcessId(url: string): Promise<number | null> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1] ?? 'NaN');
  } catch {
    return null;
  } finally {
    client.disconnect();
  }
}

interface SpawnedServer {
  readonly child: ChildProcess;
  readonly url: string;
}

async function spawnServer(folder: string, port: number): Promise<SpawnedServer | null> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  for (const server of SERVERS) {
    const child = spawn(server, args, { stdio: 'ignore', detached: true });
    if (await isSpawned(child)) return { child, url: `redis://127.0.0.1:${port}` };
  }
  return null;
}

async function isSpawned(child: ChildProcess): Promise<boolean> {
  try {
    await once(child, 'spawn');
    return true;
  } catch {
    return false;
  }
}

/** Null when the port went to another program first. */
async function whenOurs({ child, url }: SpawnedServer): Promise<RedisServer | null> {
  const isOurs = async (): Promise<boolean> => child.exitCode !== null || (await redisProcessId(url)) === child.pid;
  if ((await becomesTrue(isOurs, { limitMs: START_LIMIT_MS })) && child.exitCode === null) {
    return { url, stop: () => stop(child), kill: () => void child.kill('SIGKILL') };
  }
  await stop(child);
  return null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([exited, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await exited;
}
