import { EntityManager } from '@mikro-orm/postgresql';
import { NestFactory } from '@nestjs/core';
import { loadOpsConfig, mikroOrmOptions, type Environment } from '#config';
import { EventDismissal, EventReplay, PaymentEventReader, PaymentInboxModule } from '#payments';
import { databaseTime } from '../database-time.js';
import { POOL_SIZE, closeContext, ordersModules } from '../ops.context.js';

/** What the command works with. */
export interface PaymentEventsAtHand {
  readonly reader: PaymentEventReader;
  readonly replays: EventReplay;
  readonly dismissals: EventDismissal;
  /** By the database's clock. */
  readonly now: () => Promise<Date>;
}

/** Runs `work` with the inbox at hand. Needs the database and nothing else: no map of payment processors, no gateway. */
export async function withPaymentEvents<Result>(env: Environment, work: (atHand: PaymentEventsAtHand) => Promise<Result>): Promise<Result> {
  const { database } = loadOpsConfig(env);
  const imports = [...ordersModules(mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE })), PaymentInboxModule.forOperators()];
  const app = await NestFactory.createApplicationContext({ module: class PaymentEventsOpsModule {}, imports }, { logger: ['error', 'warn'], abortOnError: false });
  try {
    return await work({ reader: app.get(PaymentEventReader), replays: app.get(EventReplay), dismissals: app.get(EventDismissal), now: () => databaseTime(app.get(EntityManager)) });
  } finally {
    await closeContext(app);
  }
}
