import type { InjectionToken, ModuleMetadata } from '@nestjs/common';

export interface ProducerOptions {
  /** Null: no Redis, nobody is woken. */
  readonly redisUrl: string | null;
  /** Of all keys in Redis. Its hash tag keeps them on one node of a cluster. `{of}` when it is not said. */
  readonly keyPrefix?: string;
}

export interface SchedulerOptions extends ProducerOptions {
  /** How much work runs at a time in this process. */
  readonly concurrency: number;
  readonly sweepIntervalMs: number;
  /** How long a process that is asked to stop waits for running work. What is not done by then is left to its lease. */
  readonly drainMs: number;
}

export interface WorkerOptions extends SchedulerOptions {
  /** The tokens of `DueWorkSource` providers. */
  readonly sources: readonly InjectionToken[];
  /** The modules that export them, unless they are global. */
  readonly imports?: ModuleMetadata['imports'];
}

export const SCHEDULER_OPTIONS = Symbol('SCHEDULER_OPTIONS');
