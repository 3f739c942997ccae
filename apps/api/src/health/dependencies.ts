import { EntityManager } from '@mikro-orm/postgresql';
import { Redis } from 'ioredis';

const ANSWER_WITHIN_MS = 2_000;

export type DependencyState = 'up' | 'down';

export interface DependencyStates {
  readonly database: DependencyState;
  readonly redis: DependencyState | 'not_configured';
}

/** Asks what this process depends on whether it is there. */
export class Dependencies {
  private readonly redis: Redis | null;

  constructor(
    private readonly em: EntityManager,
    redisUrl: string | null,
  ) {
    this.redis = redisUrl === null ? null : new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: ANSWER_WITHIN_MS, commandTimeout: ANSWER_WITHIN_MS });
    // Without a listener a connection error would end the process; the state says what there is to say.
    this.redis?.on('error', () => undefined);
  }

  async states(): Promise<DependencyStates> {
    const [database, redis] = await Promise.all([state(this.em.fork().execute('select 1')), this.redis ? state(this.redis.ping()) : ('not_configured' as const)]);
    return { database, redis };
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

async function state(answer: Promise<unknown>): Promise<DependencyState> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), ANSWER_WITHIN_MS).unref());
  return Promise.race([answer, late]).then(
    () => 'up',
    () => 'down',
  );
}
