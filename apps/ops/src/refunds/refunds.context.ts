import 'reflect-metadata';
import { EntityManager } from '@mikro-orm/postgresql';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CodeBookModule, bootSentence, paymentProcessorsModule, readTokenMap } from '#composition';
import { loadOpsConfig, loadPaymentProcessorsConfig, loadTokenMapConfig, mikroOrmOptions, type Environment } from '#config';
import { FulfillmentModule } from '#fulfillment';
import { LimitsModule } from '#limits';
import { LmsModule } from '#lms';
import { PaymentsModule, type PaymentConsequences } from '#payments';
import { missingProvider } from '#plugins';
import { RefundDecisions, RefundReader, RefundsModule, type RefundRules } from '#refunds';
import { CommandError } from '../command-failure.js';
import { databaseTime } from '../database-time.js';
import { POOL_SIZE, closeContext, ordersModules } from '../ops.context.js';
import { NO_LMS } from '../product-types/no-lms.js';

/** What the command works with. */
export interface RefundsAtHand {
  readonly reader: RefundReader;
  /** By the database's clock. */
  readonly now: () => Promise<Date>;
}

/** A decision goes by what was asked for. */
const NO_RULES: RefundRules = { requestWindowMs: 0, autoApprove: () => null };
/** A command decides, and a worker does what follows: nothing is counted, and nobody is called but a gateway, to be read back. */
const NO_LIMITS = { redisUrl: null, breaker: { failures: 0, openMs: 1 }, ratePerMinute: {} };
const NOTHING: PaymentConsequences = { opened: () => Promise.resolve(), approved: () => Promise.resolve(), moneyWentBack: () => Promise.resolve(), goesBack: () => Promise.resolve() };

/** Runs `work` with the refunds at hand, to be read. Needs the database and nothing else. */
export async function withRefunds<Result>(env: Environment, work: (atHand: RefundsAtHand) => Promise<Result>): Promise<Result> {
  const module: DynamicModule = { module: class RefundsOpsModule {}, imports: orders(env), providers: [RefundReader] };
  return within(await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'], abortOnError: false }), (app) => work(atHand(app)));
}

/** The same, to be decided on. Needs the token map and the map of payment processors too: they say what can be taken back, and where money is asked for. */
export async function withDecisions<Result>(env: Environment, work: (decisions: RefundDecisions, atHand: RefundsAtHand) => Promise<Result>): Promise<Result> {
  const app = await NestFactory.createApplicationContext(await decisionsModule(env), { logger: ['error', 'warn'], abortOnError: false }).catch((error: unknown) => {
    throw new CommandError(bootSentence(missingProvider(error) ?? error));
  });
  return within(app, () => work(app.get(RefundDecisions), atHand(app)));
}

async function decisionsModule(env: Environment): Promise<DynamicModule> {
  const config = loadTokenMapConfig(env);
  const { fulfillmentLeaseMs: leaseMs, checkoutDeadlineMs: deadlineMs, lmsTimeoutMs: defaultTimeoutMs } = config;
  const { tokenMap } = await readTokenMap(config);
  return {
    module: class RefundDecisionsOpsModule {},
    imports: [
      ...orders(env),
      LimitsModule.forRoot(NO_LIMITS),
      LmsModule.forRoot(NO_LMS),
      CodeBookModule.closed(),
      await paymentProcessorsModule(loadPaymentProcessorsConfig(env)),
      await FulfillmentModule.forRoot({ tokenMap, defaultTimeoutMs, deadlineMs, leaseMs, retryRule: () => null }),
      PaymentsModule.forRoot({ leaseMs, consequences: { inject: [], useFactory: () => NOTHING } }),
      RefundsModule.forRoot({ leaseMs, rules: NO_RULES }),
    ],
  };
}

function orders(env: Environment): ReturnType<typeof ordersModules> {
  return ordersModules(mikroOrmOptions({ url: loadOpsConfig(env).database.url, poolSize: POOL_SIZE }));
}

function atHand(app: INestApplicationContext): RefundsAtHand {
  return { reader: app.get(RefundReader), now: () => databaseTime(app.get(EntityManager)) };
}

async function within<Result>(app: INestApplicationContext, work: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
  try {
    return await work(app);
  } finally {
    await closeContext(app);
  }
}
