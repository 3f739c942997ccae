import { Module, type DynamicModule } from '@nestjs/common';
import { PublicationDelivery, longestPublicationMs } from '#catalog';
import { deliveryModules, publicationModule, type Delivery } from '#composition';
import type { WorkerConfig } from '#config';
import { AcceptanceChecks, LineRetry, ReportedResults, ResubmissionTurns } from '#fulfillment';
import { OrderExpiry, PaymentChecks, PaymentEventBodies, PaymentEvents, ScheduledReconciliation } from '#payments';
import { LatePayments, RefundAccess, RefundMoney } from '#refunds';
import { SchedulerModule } from '#scheduler';

export const SERVICE = 'order-fulfillment-worker';

/** What a stopping worker waits beyond its longest publication, for the outcome to be written. */
const SETTLE_MARGIN_MS = 5_000;

/** The module, and the longest that a stop of it waits for its work, in milliseconds. */
export interface WiredWorker {
  readonly module: DynamicModule;
  readonly drainMs: number;
}

/** Wires the worker: what delivers, and the scheduler with its sources of work. */
@Module({})
export class WorkerModule {
  static async forRoot(config: WorkerConfig): Promise<WiredWorker> {
    const { redisUrl, concurrency, sweepIntervalMs, maxLostLeases, publishToLms } = config;
    const delivery = await deliveryModules(config, { service: SERVICE, maxLostLeases });
    const drainMs = longestWorkMs(config, delivery);
    const module = {
      module: WorkerModule,
      imports: [
        ...delivery.modules,
        ...(publishToLms ? [publicationModule(config)] : []),
        SchedulerModule.forWorker({ redisUrl, concurrency, sweepIntervalMs, drainMs, sources: [LineRetry, AcceptanceChecks, ReportedResults, ResubmissionTurns, PaymentChecks, OrderExpiry, PaymentEvents, PaymentEventBodies, RefundMoney, RefundAccess, LatePayments, ScheduledReconciliation, ...(publishToLms ? [PublicationDelivery] : [])] }),
      ],
    };
    return { module, drainMs };
  }
}

function longestWorkMs({ lmsTimeoutMs, publishToLms }: WorkerConfig, delivery: Delivery): number {
  return Math.max(delivery.longestWorkMs, publishToLms ? longestPublicationMs(lmsTimeoutMs) + SETTLE_MARGIN_MS : 0);
}
