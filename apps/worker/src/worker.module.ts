import { Module, type DynamicModule } from '@nestjs/common';
import { PublicationDelivery, longestPublicationMs } from '#catalog';
import { deliveryModules, publicationModule } from '#composition';
import type { WorkerConfig } from '#config';
import { AcceptanceChecks, LineRetry, ReportedResults, ResubmissionTurns } from '#fulfillment';
import { OrderExpiry, PaymentChecks, PaymentEventBodies, PaymentEvents, ScheduledReconciliation } from '#payments';
import { LatePayments, RefundAccess, RefundMoney } from '#refunds';
import { SchedulerModule } from '#scheduler';

export const SERVICE = 'order-fulfillment-worker';

/** What a stopping worker waits beyond its longest work, for outcomes to be written. */
const SETTLE_MARGIN_MS = 5_000;

/** Wires the worker: what delivers, and the scheduler with its sources of work. */
@Module({})
export class WorkerModule {
  static async forRoot(config: WorkerConfig): Promise<DynamicModule> {
    const { redisUrl, concurrency, sweepIntervalMs, maxLostLeases, publishToLms } = config;
    return {
      module: WorkerModule,
      imports: [
        ...(await deliveryModules(config, { service: SERVICE, maxLostLeases })),
        ...(publishToLms ? [publicationModule(config)] : []),
        SchedulerModule.forWorker({ redisUrl, concurrency, sweepIntervalMs, drainMs: drainMs(config), sources: [LineRetry, AcceptanceChecks, ReportedResults, ResubmissionTurns, PaymentChecks, OrderExpiry, PaymentEvents, PaymentEventBodies, RefundMoney, RefundAccess, LatePayments, ScheduledReconciliation, ...(publishToLms ? [PublicationDelivery] : [])] }),
      ],
    };
  }
}

function drainMs({ checkoutDeadlineMs, gatewayTimeoutMs, lmsTimeoutMs, publishToLms }: WorkerConfig): number {
  return Math.max(checkoutDeadlineMs, gatewayTimeoutMs, publishToLms ? longestPublicationMs(lmsTimeoutMs) : 0) + SETTLE_MARGIN_MS;
}
