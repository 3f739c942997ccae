import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadOpsConfig, type Environment } from '#config';
import { OpsModule } from './ops.module.js';

/** Runs `work` with the catalog at hand, and closes every connection after it. */
export async function withCatalog<Result>(env: Environment, work: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
  const module = await OpsModule.forRoot(loadOpsConfig(env));
  const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'], abortOnError: false });
  const orm = app.get(MikroORM);
  try {
    return await work(app);
  } finally {
    await app.close();
    // The pool is used past MikroORM as well, which then does not know that there is something to close.
    await orm.close(true);
  }
}
