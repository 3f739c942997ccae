import { Module, type DynamicModule } from '@nestjs/common';
import { DependencyLimits } from './dependency-limits.service.js';
import { DependencySettings } from './dependency-settings.js';
import { FallbackStore } from './fallback.store.js';
import { KnownDependencies } from './known-dependencies.js';
import { LimitsDatabase } from './limits.database.js';
import { LIMITS_OPTIONS, assertOptions, type LimitsOptions } from './limits.options.js';
import { PostgresqlStore } from './postgresql.store.js';
import { SharedStates } from './shared-states.js';

/** Breaker and rate limit of each dependency, shared by all replicas. Expects MikroORM's `EntityManager` to be injectable. */
@Module({})
export class LimitsModule {
  /** @throws {Error} a sentence that says which option is wrong. */
  static forRoot(options: LimitsOptions): DynamicModule {
    assertOptions(options);
    return {
      module: LimitsModule,
      global: true,
      providers: [{ provide: LIMITS_OPTIONS, useValue: options }, LimitsDatabase, PostgresqlStore, FallbackStore, SharedStates, DependencySettings, KnownDependencies, DependencyLimits],
      exports: [DependencyLimits],
    };
  }
}
