import { Module, type DynamicModule } from '@nestjs/common';
import { deliveryModules } from '#composition';
import type { WorkerConfig } from '#config';
import { LineRetry, ResubmissionTurns } from '#fulfillment';
import { SchedulerModule } from '#scheduler';

export const SERVICE = 'order-fulfillment-worker';

/** What a stopping worker waits beyond the delivery deadline, for outcomes to be written. */
const SETTLE_MARGIN_MS = 5_000;

/** Wires the worker: what delivers, and the scheduler with its sources of work. */
@Module({})
export class WorkerModule {
  static async forRoot(config: WorkerConfig): Promise<DynamicModule> {
    const { redisUrl, concurrency, sweepIntervalMs, maxLostLeases } = config;
    return {
      module: WorkerModule,
      imports: [
        ...(await deliveryModules(config, { service: SERVICE, maxLostLeases })),
        SchedulerModule.forWorker({ redisUrl, concurrency, sweepIntervalMs, drainMs: config.checkoutDeadlineMs + SETTLE_MARGIN_MS, sources: [LineRetry, ResubmissionTurns] }),
      ],
    };
  }
}
