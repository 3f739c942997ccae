import { Redis } from 'ioredis';
import { answerWithin } from './answer-within.js';

const ANSWER_WITHIN_MS = 2_000;

export type DependencyState = 'up' | 'down';

export interface DependencyStates {
  readonly database: DependencyState;
  readonly redis: DependencyState | 'not_configured';
}

/** Asks what this process depends on whether it is there. `ping` asks the database; an answer later than 2 s is none. */
export class Dependencies {
  private readonly redis: Redis | null;

  constructor(
    private readonly ping: () => Promise<unknown>,
    redisUrl: string | null,
  ) {
    this.redis = redisUrl === null ? null : new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: ANSWER_WITHIN_MS, commandTimeout: ANSWER_WITHIN_MS });
    // Without a listener a connection error would end the process; the state says what there is to say.
    this.redis?.on('error', () => undefined);
  }

  async states(): Promise<DependencyStates> {
    const { redis: client } = this;
    const [database, redis] = await Promise.all([state(this.ping), client ? state(() => client.ping()) : ('not_configured' as const)]);
    return { database, redis };
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

async function state(ask: () => Promise<unknown>): Promise<DependencyState> {
  return answerWithin(ANSWER_WITHIN_MS, ask).then(
    () => 'up',
    () => 'down',
  );
}
