import 'reflect-metadata';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogDriftModule } from '#catalog';
import { loadLmsOpsConfig, loadOpsConfig, mikroOrmOptions, type Environment } from '#config';
import { OrdersModule } from '#orders';
import { PaymentReader } from '#payments';
import { RefundReader } from '#refunds';
import { OpsModule } from './ops.module.js';

/** A command reads a few things at a time. */
export const POOL_SIZE = 4;
/** A command claims nothing and answers no request, so neither counts. */
const ORDERS = { leaseMs: 1, answerDueMs: 1 };

/** Runs `work` with the catalog at hand, and closes every connection after it. */
export async function withCatalog<Result>(env: Environment, work: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
  return within(await OpsModule.forRoot(loadOpsConfig(env)), work);
}

/** The same with the LMS at hand. `lmsTimeoutMs` is for its short answers. */
export async function withLmsCatalog<Result>(env: Environment, work: (app: INestApplicationContext, lmsTimeoutMs: number) => Promise<Result>): Promise<Result> {
  const config = loadLmsOpsConfig(env);
  return within({ module: class LmsCatalogOpsModule {}, imports: [await OpsModule.forRoot(config, config.lms), CatalogDriftModule] }, (app) => work(app, config.lmsTimeoutMs));
}

/** Runs `work` with the orders at hand, their payments and their refunds, for reading and for resubmissions. Needs no token map and no LMS. */
export async function withOrders<Result>(env: Environment, work: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
  const { database } = loadOpsConfig(env);
  return within({ module: class OrdersOpsModule {}, imports: ordersModules(mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE })), providers: [PaymentReader, RefundReader] }, work);
}

/** The orders lib and its database. */
export function ordersModules(options: Options): (DynamicModule | Promise<DynamicModule>)[] {
  return [MikroOrmModule.forRoot({ ...options, registerRequestContext: false, autoLoadEntities: false }), OrdersModule.forRoot(ORDERS)];
}

async function within<Result>(module: DynamicModule, work: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
  const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'], abortOnError: false });
  try {
    return await work(app);
  } finally {
    await closeContext(app);
  }
}

export async function closeContext(app: INestApplicationContext): Promise<void> {
  const orm = app.get(MikroORM);
  await app.close();
  // The pool is used past MikroORM as well, which then does not know that there is something to close.
  await orm.close(true);
}
