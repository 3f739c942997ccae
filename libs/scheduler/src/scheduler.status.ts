import type { WorkGate } from './due-work/work-gate.js';
import type { QueueCounts, WakeUpQueue } from './queue/wake-up.queue.js';
import type { SweepSchedule } from './sweep/sweep.schedule.js';

export interface SchedulerState {
  /** Where work waits now. */
  readonly store: 'bull' | 'in-process';
  readonly waiting: number;
  readonly delayed: number;
  /** In all processes with Bull, in this one without. */
  readonly active: number;
  /** Of the source that was not swept for longest; null while one was never swept, and in a process that does not sweep. */
  readonly lastSweepAt: Date | null;
  readonly redis: 'up' | 'down' | 'not_configured';
}

/** What metrics and the doctor tell of the queue. */
export class SchedulerStatus {
  constructor(
    private readonly queue: WakeUpQueue | null,
    private readonly gate: WorkGate | null = null,
    private readonly schedule: SweepSchedule | null = null,
  ) {}

  /** Never throws, and takes about a second at most. */
  async read(): Promise<SchedulerState> {
    const lastSweepAt = this.schedule?.lastSweepAt ?? null;
    const counts = await this.queueCounts();
    if (counts !== null) return { store: 'bull', ...counts, lastSweepAt, redis: 'up' };
    const inProcess: QueueCounts = { waiting: this.gate?.waiting ?? 0, delayed: 0, active: this.gate?.running ?? 0 };
    return { store: 'in-process', ...inProcess, lastSweepAt, redis: this.queue === null ? 'not_configured' : 'down' };
  }

  private async queueCounts(): Promise<QueueCounts | null> {
    try {
      return (await this.queue?.counts()) ?? null;
    } catch {
      return null;
    }
  }
}
