import { BullModule } from '@nestjs/bull';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { DueWorkSources, type DueWorkSource } from './due-work/due-work.js';
import { InProcessRunner } from './due-work/in-process.runner.js';
import { NoWakeUps, WakeUps } from './due-work/wake-ups.js';
import { WorkGate } from './due-work/work-gate.js';
import { WorkPerformer } from './due-work/work-performer.js';
import { DueWorkWorker } from './due-work.worker.js';
import { RedisConnections } from './queue/redis-connections.js';
import { QUEUE_NAME, WakeUpQueue } from './queue/wake-up.queue.js';
import { SCHEDULER_OPTIONS, type ProducerOptions, type WorkerOptions } from './scheduler.options.js';
import { SchedulerStatus } from './scheduler.status.js';
import { SweepSchedule } from './sweep/sweep.schedule.js';
import { WAKE_UP_QUEUE, WorkStores } from './sweep/work-store.js';

/** Tells Bull and cron what to do; the rest of the house knows neither. */
@Module({})
export class SchedulerModule {
  /** For a process that only wakes: it provides `WakeUps` and `SchedulerStatus`. */
  static forProducer(options: ProducerOptions): DynamicModule {
    const status: Provider = { provide: SchedulerStatus, inject: [WAKE_UP_QUEUE], useFactory: (queue: WakeUpQueue | null) => new SchedulerStatus(queue) };
    return producer(options, [status]);
  }

  /** For a process that works due work off: the same, with Bull's consumer, the sweep and the in-process runner. */
  static forWorker(options: WorkerOptions): DynamicModule {
    const wakeUps = producer(options, workerProviders(options));
    return { ...wakeUps, imports: [...(wakeUps.imports ?? []), ScheduleModule.forRoot(), ...(options.imports ?? [])] };
  }
}

function producer({ redisUrl, keyPrefix = '{of}' }: ProducerOptions, providers: readonly Provider[]): DynamicModule {
  const outline = { module: SchedulerModule, global: true, exports: [WakeUps, SchedulerStatus] };
  if (redisUrl === null) return { ...outline, providers: [{ provide: WAKE_UP_QUEUE, useValue: null }, { provide: WakeUps, useClass: NoWakeUps }, ...providers] };
  const connections = new RedisConnections(redisUrl);
  const queue = { name: QUEUE_NAME, prefix: keyPrefix, createClient: connections.open.bind(connections), skipVersionCheck: true, settings: BULL_SETTINGS };
  return {
    ...outline,
    imports: [BullModule.registerQueue(queue)],
    providers: [{ provide: RedisConnections, useValue: connections }, WakeUpQueue, { provide: WAKE_UP_QUEUE, useExisting: WakeUpQueue }, { provide: WakeUps, useExisting: WakeUpQueue }, ...providers],
  };
}

/** A job whose process died is run once more, by whoever finds it: soon, since it may hold back nothing but time. An error costs a slot a second, not five. */
const BULL_SETTINGS = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 1, retryProcessDelay: 1_000 };

function workerProviders(options: WorkerOptions): Provider[] {
  return [
    { provide: SCHEDULER_OPTIONS, useValue: options },
    { provide: DueWorkSources, inject: [...options.sources], useFactory: (...sources: DueWorkSource[]) => new DueWorkSources(sources) },
    { provide: WorkGate, useFactory: () => new WorkGate(options.concurrency) },
    { provide: SchedulerStatus, inject: [WAKE_UP_QUEUE, WorkGate, SweepSchedule], useFactory: (queue: WakeUpQueue | null, gate: WorkGate, schedule: SweepSchedule) => new SchedulerStatus(queue, gate, schedule) },
    WorkPerformer,
    InProcessRunner,
    WorkStores,
    SweepSchedule,
    DueWorkWorker,
  ];
}
