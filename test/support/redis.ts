import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { becomesTrue } from '../../apps/local/src/polling.js';
import { freePort } from '../../apps/local/src/ports.js';
import { StartError } from '../../apps/local/src/start-error.js';

const SERVERS = ['redis-server', 'valkey-server'];
const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 5_000;
const MAX_TRIES = 5;

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** The Redis of this test run. A spec keeps to keys under a prefix of its own: other specs use the same server. */
export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('There is no TEST_REDIS_URL: this spec belongs to the Jest project "system".');
  return url;
}

/** A Redis of our own on a free port and without files, or the one that REDIS_URL names. @throws {StartError} */
export async function startTestRedis(folder: string): Promise<TestRedis> {
  const configured = process.env['REDIS_URL'];
  if (configured !== undefined && configured !== '') return useConfigured(configured);
  mkdirSync(folder, { recursive: true });
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const redis = await tryToStart(folder, await freePort());
    if (redis !== null) return redis;
  }
  throw new StartError('redis-server does not start on any free port.');
}

async function useConfigured(url: string): Promise<TestRedis> {
  if ((await serverProcessId(url)) === null) throw new StartError('The Redis that REDIS_URL names does not answer: start it, or unset REDIS_URL and the tests start one.');
  return { url, stop: () => Promise.resolve() };
}

/** Null when the port went to another program first. */
async function tryToStart(folder: string, port: number): Promise<TestRedis | null> {
  const child = await spawnServer(['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]);
  const url = `redis://127.0.0.1:${port}`;
  const isOurs = async (): Promise<boolean> => child.exitCode !== null || (await serverProcessId(url)) === child.pid;
  if ((await becomesTrue(isOurs, { limitMs: START_LIMIT_MS })) && child.exitCode === null) return { url, stop: () => stop(child) };
  await stop(child);
  return null;
}

async function spawnServer(args: readonly string[]): Promise<ChildProcess> {
  for (const server of SERVERS) {
    const child = spawn(server, args, { stdio: 'ignore', detached: true });
    if (await isSpawned(child)) return child;
  }
  throw new StartError('The tests need a real Redis: run `npm test`, which sees to it, or install redis-server or valkey-server, or set REDIS_URL.');
}

async function isSpawned(child: ChildProcess): Promise<boolean> {
  try {
    await once(child, 'spawn');
    return true;
  } catch {
    return false;
  }
}

/** The process id that the server itself tells, so that another one on the same port is not taken for ours. */
async function serverProcessId(url: string): Promise<number | null> {
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

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([exited, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await exited;
}
