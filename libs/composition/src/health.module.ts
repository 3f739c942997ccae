import { EntityManager } from '@mikro-orm/postgresql';
import { Module, type DynamicModule } from '@nestjs/common';
import { Dependencies } from '#observability';

/** What a program depends on. The database is asked through the ORM's own connections, so that a pool without any left counts too. */
@Module({})
export class HealthModule {
  static forRoot(redisUrl: string | null): DynamicModule {
    return {
      module: HealthModule,
      global: true,
      providers: [{ provide: Dependencies, inject: [EntityManager], useFactory: (em: EntityManager) => new Dependencies(() => em.fork().execute('select 1'), redisUrl) }],
      exports: [Dependencies],
    };
  }
}
