import 'reflect-metadata';
import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { bootSentence, paymentProcessorsModule } from '#composition';
import { loadOpsConfig, loadPaymentProcessorsConfig, mikroOrmOptions, type Environment } from '#config';
import { PaymentReconciliation, PaymentReconciliationModule, PaymentsModule, ProcessorRegistry, type PaymentConsequences } from '#payments';
import { missingProvider } from '#plugins';
import { RefundObservation, RefundObservationModule } from '#refunds';
import { CommandError } from '../command-failure.js';
import { databaseTime } from '../database-time.js';
import { POOL_SIZE, closeContext, ordersModules } from '../ops.context.js';

/** What the command works with. */
export interface PaymentsAtHand {
  readonly reconciliation: PaymentReconciliation;
  /** The names of those that take money, in the order of the map. */
  readonly gateways: readonly string[];
  /** By the database's clock. */
  readonly now: () => Promise<Date>;
}

/** Runs `work` with the payments and their gateways at hand. Needs the database and the map of payment processors: no token map, no LMS. */
export async function withPayments<Result>(env: Environment, work: (atHand: PaymentsAtHand) => Promise<Result>): Promise<Result> {
  const app = await opened(env);
  try {
    const gateways = app.get(ProcessorRegistry).gateways().map(({ name }) => name);
    return await work({ reconciliation: app.get(PaymentReconciliation), gateways, now: () => databaseTime(app.get(EntityManager)) });
  } finally {
    await closeContext(app);
  }
}

async function opened(env: Environment): Promise<INestApplicationContext> {
  const { database } = loadOpsConfig(env);
  const processors = loadPaymentProcessorsConfig(env);
  const leaseMs = processors.fulfillmentLeaseMs;
  const imports = [
    ...ordersModules(mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE })),
    await paymentProcessorsModule(processors),
    RefundObservationModule,
    PaymentsModule.forRoot({ leaseMs, consequences: { inject: [RefundObservation], useFactory: consequences } }),
    PaymentReconciliationModule.forRoot({ leaseMs, repair: false }),
  ];
  return NestFactory.createApplicationContext({ module: class PaymentsOpsModule {}, imports }, { logger: ['error', 'warn'], abortOnError: false }).catch((error: unknown) => {
    throw new CommandError(bootSentence(missingProvider(error) ?? error));
  });
}

/** What a repair brings about is written here, and done by the worker: opened lines are due, and so is what goes back. */
function consequences(refunds: RefundObservation): PaymentConsequences {
  return { opened: () => Promise.resolve(), approved: () => Promise.resolve(), goesBack: () => Promise.resolve(), moneyWentBack: (payment, state) => refunds.observe(payment, state) };
}
