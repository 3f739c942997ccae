import 'reflect-metadata';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { NestFactory } from '@nestjs/core';
import { Rollout, RolloutModule } from '#catalog';
import { loadOpsConfig, mikroOrmOptions, type Environment } from '#config';
import { POOL_SIZE, closeContext } from '../ops.context.js';

/** Runs `work` with the rollout at hand. Needs the database and nothing else: no token map, no API, no LMS. */
export async function withRollout<Result>(env: Environment, work: (rollout: Rollout) => Promise<Result>): Promise<Result> {
  const { database } = loadOpsConfig(env);
  const orm = MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE }), registerRequestContext: false, autoLoadEntities: false });
  const app = await NestFactory.createApplicationContext({ module: class RolloutOpsModule {}, imports: [orm, RolloutModule] }, { logger: ['error', 'warn'], abortOnError: false });
  try {
    return await work(app.get(Rollout));
  } finally {
    await closeContext(app);
  }
}
