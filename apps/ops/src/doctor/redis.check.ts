import { Redis } from 'ioredis';
import { fail, ok, warn, type Finding } from './check.js';

const OLDEST_VERSION = 6;

/** Asks Redis for its `INFO`, as its fields, by a connection of its own. */
export async function askRedis(url: string, limitMs: number): Promise<ReadonlyMap<string, string>> {
  const redis = new Redis(url, { lazyConnect: true, connectionName: 'doctor', connectTimeout: limitMs, commandTimeout: limitMs, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // The promises say what there is to say; `connect` hides the cause, which comes here.
  let cause: Error | undefined;
  redis.on('error', (error: Error) => (cause = error));
  try {
    await redis.connect();
    return fields(await redis.info());
  } catch (error) {
    throw cause ?? error;
  } finally {
    redis.disconnect();
  }
}

/** `ask` is null where no Redis is configured. */
export async function redisCheck(ask: (() => Promise<ReadonlyMap<string, string>>) | null): Promise<Finding> {
  if (!ask) return ok('Not configured: due work is found by the sweep, and limits are kept in PostgreSQL.');
  try {
    return verdict(await ask());
  } catch (error) {
    const words = error instanceof AggregateError ? error.errors.map(String).join('; ') : error instanceof Error ? error.message : String(error);
    return fail(`Redis cannot be used: ${words}.`, 'Start it, or set REDIS_URL to another one. No order is lost meanwhile: due work is found by the sweep, and limits are kept in PostgreSQL.');
  }
}

function verdict(info: ReadonlyMap<string, string>): Finding {
  const name = info.get('server_name') === 'valkey' ? `Valkey ${info.get('valkey_version') ?? ''}` : `Redis ${info.get('redis_version') ?? 'of unknown version'}`;
  const policy = info.get('maxmemory_policy');
  if (Number.parseInt(info.get('redis_version') ?? '', 10) < OLDEST_VERSION) return fail(`${name} answers, and is too old.`, `Bring it to version ${OLDEST_VERSION} or newer.`);
  if (info.get('role') === 'slave') return fail(`${name} answers, and is a replica that takes no writes.`, 'Set REDIS_URL to the primary.');
  if (policy !== undefined && policy !== 'noeviction') return warn(`${name} answers, and may throw keys away (maxmemory-policy is ${policy}).`, 'Set maxmemory-policy to noeviction: a wake-up that is thrown away costs a sweep interval, and a limit is forgotten.');
  return ok(`${name} answers${policy === undefined ? '' : ', and keeps what it has (noeviction)'}.`);
}

function fields(info: string): ReadonlyMap<string, string> {
  const pairs = info.split(/\r?\n/).map((line) => /^([a-z_0-9]+):(.*)$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', (pair[2] ?? '').trim()] as const] : [])));
}
