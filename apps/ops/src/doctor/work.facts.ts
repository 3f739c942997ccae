import 'reflect-metadata';
import { EntityManager } from '@mikro-orm/postgresql';
import { NestFactory } from '@nestjs/core';
import { CatalogPublicationsModule, Publications, type PublicationFigures } from '#catalog';
import { mikroOrmOptions } from '#config';
import { DependencyLimits, LimitsModule, type DependencyState } from '#limits';
import { AcceptedLines, Backlog, DueLines, DueTurns, FailureBoard, type BacklogFacts, type FailureGroup } from '#orders';
import { ParkedPayments, PaymentEventReader, PaymentInboxModule, PaymentReconciliationModule, PaymentWatch, ReconciliationRuns, type InboxFigures, type ParkedFigures, type PaymentWatchFigures, type ReconciliationRun } from '#payments';
import { RefundReader, type RefundFigures } from '#refunds';
import { databaseTime } from '../database-time.js';
import { POOL_SIZE, closeContext, ordersModules } from '../ops.context.js';
import type { DoctorSettings } from './settings.js';

export interface DueFacts {
  /** How long the oldest line has been due, or has waited for its turn in a resubmission; null when none does. */
  readonly oldestDueMs: number | null;
}

/** What the database knows of work and its limits. Each throws what the database throws. */
export interface WorkFacts {
  backlog(): Promise<BacklogFacts>;
  due(): Promise<DueFacts>;
  unfinished(): Promise<readonly FailureGroup[]>;
  dependencies(): Promise<readonly DependencyState[]>;
  publications(): Promise<PublicationFigures>;
  payments(): Promise<PaymentWatchFigures>;
  paymentEvents(): Promise<InboxFigures>;
  refunds(): Promise<RefundFigures>;
  parkedPayments(): Promise<ParkedFigures>;
  reconciliations(): Promise<readonly ReconciliationRun[]>;
  close(): Promise<void>;
}

/** Reads by the libs' own services, from one pool that is opened when it is first needed. */
export function workFacts(databaseUrl: string, { config, answerLimitMs }: DoctorSettings): WorkFacts {
  const orm = mikroOrmOptions({ url: databaseUrl, poolSize: POOL_SIZE });
  let opened: ReturnType<typeof open> | undefined;
  const open = () => {
    const limits = LimitsModule.forRoot({ redisUrl: config.redisUrl, breaker: config.breaker, ratePerMinute: { lms: config.lms.ratePerMinute } });
    return NestFactory.createApplicationContext({ module: class DoctorModule {}, imports: [...ordersModules({ ...orm, driverOptions: { ...orm.driverOptions, connectionTimeoutMillis: answerLimitMs } }), limits, CatalogPublicationsModule, PaymentInboxModule.forOperators(), PaymentReconciliationModule.forReaders()], providers: [RefundReader, ParkedPayments, PaymentWatch] }, { logger: false, abortOnError: false });
  };
  const app = () => (opened ??= open());
  return {
    backlog: async () => (await app()).get(Backlog).facts(),
    dependencies: async () => (await app()).get(DependencyLimits).states(),
    unfinished: async () => (await (await app()).get(FailureBoard).view({ failureKind: undefined, productType: undefined, courseId: undefined })).groups,
    publications: async () => (await app()).get(Publications).figures(),
    payments: async () => (await app()).get(PaymentWatch).figures(),
    paymentEvents: async () => (await app()).get(PaymentEventReader).figures(),
    refunds: async () => (await app()).get(RefundReader).figures(),
    parkedPayments: async () => (await app()).get(ParkedPayments).figures(),
    reconciliations: async () => (await app()).get(ReconciliationRuns).list(),
    due: async () => {
      const context = await app();
      const lines = await context.get(DueLines).find(1, []);
      const accepted = await context.get(AcceptedLines).find(1, []);
      const { turns } = await context.get(DueTurns).find(1, [], null);
      const dueMs = [...lines, ...accepted, ...turns].map(({ dueAt }) => dueAt.getTime());
      const now = await databaseTime(context.get(EntityManager));
      return { oldestDueMs: dueMs.length === 0 ? null : now.getTime() - Math.min(...dueMs) };
    },
    close: async () => {
      const context = await opened?.catch(() => undefined);
      if (context) await closeContext(context);
    },
  };
}
