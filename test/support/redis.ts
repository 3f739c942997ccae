import { Redis } from 'ioredis';
import { redisProcessId, startRedis } from '../../apps/local/src/redis-server.js';
import { StartError } from '../../apps/local/src/start-error.js';

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

/** An empty database of that Redis which no other spec uses meanwhile: one for each of Jest's workers. */
export async function emptyRedisUrl(): Promise<string> {
  const url = new URL(testRedisUrl());
  url.pathname = `/${1 + (Number(process.env['JEST_WORKER_ID'] ?? '1') % 15)}`;
  const client = new Redis(url.href);
  await client.flushdb();
  client.disconnect();
  return url.href;
}

/** A Redis of our own on a free port and without files, or the one that REDIS_URL names. @throws {StartError} */
export async function startTestRedis(folder: string): Promise<TestRedis> {
  const configured = process.env['REDIS_URL'];
  if (configured !== undefined && configured !== '') return useConfigured(configured);
  const redis = await startRedis(folder);
  if (redis === null) throw new StartError('The tests need a real Redis: run `npm test`, which sees to it, or install redis-server or valkey-server, or set REDIS_URL.');
  return redis;
}

async function useConfigured(url: string): Promise<TestRedis> {
  if ((await redisProcessId(url)) === null) throw new StartError('The Redis that REDIS_URL names does not answer: start it, or unset REDIS_URL and the tests start one.');
  return { url, stop: () => Promise.resolve() };
}
