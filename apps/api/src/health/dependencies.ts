import type { EntityManager } from '@mikro-orm/postgresql';
import { Dependencies as ObservedDependencies } from '#observability';

/** What the API depends on. Its database is asked through the ORM's own connections, so that a pool without any left counts too. */
export class Dependencies extends ObservedDependencies {
  constructor(em: EntityManager, redisUrl: string | null) {
    super(() => em.fork().execute('select 1'), redisUrl);
  }
}
