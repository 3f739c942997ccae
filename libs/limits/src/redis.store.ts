import { Redis } from 'ioredis';
import { readState, type SharedState } from './shared-state.js';
import type { Reading, StateStore, StoredState } from './state-store.js';

/** Longer than Redis ever takes, shorter than a buyer notices: PostgreSQL is there instead. */
const SILENCE_MS = 250;
/** A connection that brings nothing for so long is opened anew. */
const DEAD_MS = 2_000;
const CONNECT_LIMIT_MS = 1_000;
const RECONNECT_MS = 500;
const KEPT_MS = 86_400_000;
/** One hash for all dependencies. The braces keep it on one node of a cluster. */
const KEY = '{of:limits}:states';

const READ = `local time = redis.call('TIME')
return {time[1], time[2], redis.call('HGETALL', KEYS[1])}`;

// The old text is its own version: whoever finds the same text may write over it.
const WRITE = `if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

/** States in Redis, forgotten after a day in which nothing changed. Fails at once when Redis is away, and after 250 ms when it is silent. */
export class RedisStore implements StateStore {
  readonly kind = 'redis';
  private readonly redis: Redis;
  private readonly firstConnect: Promise<void>;

  constructor(url: string) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectionName: 'limits',
      socketTimeout: DEAD_MS,
      connectTimeout: CONNECT_LIMIT_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => RECONNECT_MS,
    });
    // What fails is told by the commands; without a listener it would be printed.
    this.redis.on('error', () => undefined);
    this.firstConnect = this.redis.connect().catch(() => undefined);
  }

  async read(): Promise<Reading> {
    await this.firstConnect;
    const [seconds, microseconds, fields] = (await answered(this.redis.eval(READ, 1, KEY))) as [string, string, string[]];
    return { nowMs: Number(seconds) * 1_000 + Number(microseconds) / 1_000, states: parseFields(fields) };
  }

  async write(dependency: string, state: SharedState, version: string | null): Promise<boolean> {
    return (await answered(this.redis.eval(WRITE, 1, KEY, dependency, version ?? '', JSON.stringify(state), KEPT_MS))) === 1;
  }

  close(): void {
    this.redis.disconnect();
  }
}

/**
 * The answer, or an error when there is none in time.
 *
 * After the time an answer that has arrived is still read: a process that was busy must not take its own delay for Redis's
 * silence, because a change of store forgets what was used of the rate. The `commandTimeout` of ioredis does not.
 */
async function answered<Answer>(command: Promise<Answer>): Promise<Answer> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(() => reject(new Error(`nothing for ${SILENCE_MS} ms`))), SILENCE_MS);
  try {
    return await Promise.race([command, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function parseFields(fields: readonly string[]): Map<string, StoredState> {
  const states = new Map<string, StoredState>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name = '', text = ''] = fields.slice(index, index + 2);
    states.set(name, { state: readState(parseJson(text)), version: text });
  }
  return states;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
