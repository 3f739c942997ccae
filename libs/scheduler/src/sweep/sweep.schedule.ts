import { Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DueWorkSources } from '../due-work/due-work.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../scheduler.options.js';
import { SourceSweep } from './source-sweep.js';
import { WorkStores } from './work-store.js';

const START = 'due-work-sweep-start';
const INTERVAL = 'due-work-sweep';

/** Sweeps every source again and again, each by itself: one that hangs or fails keeps no other waiting. */
@Injectable()
export class SweepSchedule {
  private readonly sweeps: readonly SourceSweep[];
  private choosing = false;
  private stopped = false;

  constructor(
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
    @Inject(DueWorkSources) sources: DueWorkSources,
    @Inject(WorkStores) private readonly stores: WorkStores,
    @Inject(SchedulerRegistry) private readonly registry: SchedulerRegistry,
  ) {
    this.sweeps = sources.all.map((source) => new SourceSweep(source, stores));
  }

  /** The time of the source that was not swept for longest; null while one was never swept. */
  get lastSweepAt(): Date | null {
    const times = this.sweeps.map(({ lastSweptAt }) => lastSweptAt?.getTime() ?? null);
    const known = times.filter((time) => time !== null);
    return known.length === 0 || known.length < times.length ? null : new Date(Math.min(...known));
  }

  /** The first sweep comes at a random moment of the first interval, so that replicas do not sweep in step. */
  start(): void {
    const { sweepIntervalMs } = this.options;
    const begin = () => {
      this.registry.addInterval(INTERVAL, setInterval(() => void this.sweep(), sweepIntervalMs));
      void this.sweep();
    };
    this.registry.addTimeout(START, setTimeout(begin, Math.random() * sweepIntervalMs));
  }

  /** Begins no more sweeps. Resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.registry.doesExist('timeout', START)) this.registry.deleteTimeout(START);
    if (this.registry.doesExist('interval', INTERVAL)) this.registry.deleteInterval(INTERVAL);
    await Promise.all(this.sweeps.map((sweep) => sweep.stop()));
  }

  private async sweep(): Promise<void> {
    if (this.choosing || this.stopped) return;
    this.choosing = true;
    const store = await this.stores.choose();
    this.choosing = false;
    for (const sweep of this.sweeps) void sweep.sweep(store);
  }
}
