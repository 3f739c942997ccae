import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RestartablePostgres } from './restartable-postgres.js';
import { RestartableRedis } from './restartable-redis.js';

/** PostgreSQL and Redis, started for the drills alone, so that drills may break them. */
export interface Servers {
  readonly postgres: RestartablePostgres;
  readonly redis: RestartableRedis;
  /** Stops both and removes their files. */
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'order-fulfillment-drills-'));
  chmodSync(folder, 0o711); // PostgreSQL's own account must get through to its files
  const redis = await RestartableRedis.start(join(folder, 'redis'));
  const postgres = await RestartablePostgres.start(folder);
  return {
    postgres,
    redis,
    stop: async () => {
      await postgres.close();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
