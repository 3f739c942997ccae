import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { WorkPerformer } from './due-work/work-performer.js';
import { within } from './queue/time-limit.js';
import type { WakeUpQueue } from './queue/wake-up.queue.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';
import { SweepSchedule } from './sweep/sweep.schedule.js';
import { WAKE_UP_QUEUE } from './sweep/work-store.js';

/**
 * Starts and stops the work of this process. It stops taking work with the first of Nest's shutdown hooks and drains in the second, so
 * what sources need (a database, a client) must live until the third, `onApplicationShutdown`.
 */
@Injectable()
export class DueWorkWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(DueWorkWorker.name);
  private stopping: readonly Promise<void>[] = [];

  constructor(
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
    @Inject(WAKE_UP_QUEUE) private readonly queue: WakeUpQueue | null,
    private readonly performer: WorkPerformer,
    private readonly schedule: SweepSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.queue?.consume(this.options.concurrency, (work) => this.performer.perform(work));
    this.schedule.start();
  }

  onModuleDestroy(): void {
    this.stopping = [this.schedule.stop(), this.performer.stop()];
    this.queue?.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    try {
      await within(this.options.drainMs, Promise.all(this.stopping));
    } catch {
      this.logger.warn(`The process stops with ${this.performer.running} pieces of work unfinished after ${this.options.drainMs} ms: they are left to their leases.`);
    }
  }
}
