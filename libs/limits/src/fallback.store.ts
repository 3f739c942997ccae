import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LIMITS_OPTIONS, type LimitsOptions } from './limits.options.js';
import { PostgresqlStore } from './postgresql.store.js';
import { RedisStore } from './redis.store.js';
import type { StateStore } from './state-store.js';

/** How long Redis is left alone after it failed, so that not every delivery waits for it in vain. */
const AVOID_MS = 1_000;

/** Redis while it answers, PostgreSQL else. What the one knew the other does not: it starts from what it has. */
@Injectable()
export class FallbackStore implements OnApplicationShutdown {
  private readonly logger = new Logger(FallbackStore.name);
  private readonly redis: RedisStore | null;
  private avoidRedisUntilMs = 0;
  private redisFailed = false;

  constructor(
    @Inject(LIMITS_OPTIONS) { redisUrl }: LimitsOptions,
    private readonly postgresql: PostgresqlStore,
  ) {
    this.redis = redisUrl === null ? null : new RedisStore(redisUrl);
  }

  /** Does the whole work on one store. What Redis did not finish is done again on PostgreSQL. @throws what PostgreSQL throws. */
  async use<Result>(work: (store: StateStore) => Promise<Result>): Promise<Result> {
    if (!this.redis || performance.now() < this.avoidRedisUntilMs) return work(this.postgresql);
    try {
      const result = await work(this.redis);
      if (this.redisFailed) this.logger.log('Redis answers again.');
      this.redisFailed = false;
      return result;
    } catch (error) {
      this.noteFailure(error);
      return work(this.postgresql);
    }
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }

  private noteFailure(error: unknown): void {
    if (!this.redisFailed) this.logger.warn(`Redis does not answer (${error instanceof Error ? error.message : String(error)}): PostgreSQL keeps breaker and rate until it does.`);
    this.redisFailed = true;
    this.avoidRedisUntilMs = performance.now() + AVOID_MS;
  }
}
