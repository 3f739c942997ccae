import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DueWork } from '../due-work/due-work.js';
import { InProcessRunner } from '../due-work/in-process.runner.js';
import { WorkGate } from '../due-work/work-gate.js';
import type { WakeUpQueue } from '../queue/wake-up.queue.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../scheduler.options.js';

/** The queue, or null without Redis. */
export const WAKE_UP_QUEUE = Symbol('WAKE_UP_QUEUE');

/** Where due work waits until a slot is free. */
export interface WorkStore {
  readonly kind: 'bull' | 'in-process';
  /** @throws {Error} when it cannot be told. */
  waiting(): Promise<number>;
  /** What is there already is not taken twice. @throws {Error} when it is not taken. */
  take(source: string, works: readonly DueWork[]): Promise<void>;
}

/** Chooses the store of a sweep: Bull, or this process when there is no Redis or Bull does not work. */
@Injectable()
export class WorkStores {
  readonly inProcess: WorkStore;
  private readonly logger = new Logger(WorkStores.name);
  private readonly bull: WorkStore | null;
  /** At the last choice. */
  private last = { waiting: 0, received: 0 };

  constructor(
    @Inject(WAKE_UP_QUEUE) private readonly queue: WakeUpQueue | null,
    @Inject(InProcessRunner) runner: InProcessRunner,
    @Inject(WorkGate) private readonly gate: WorkGate,
    @Inject(SCHEDULER_OPTIONS) { sweepIntervalMs }: SchedulerOptions,
  ) {
    this.inProcess = {
      kind: 'in-process',
      waiting: () => Promise.resolve(gate.waiting),
      take: (source, works) => Promise.resolve(runner.offer(works.map(({ id, alone }) => ({ source, id, alone })))),
    };
    this.bull = queue && { kind: 'bull', waiting: async () => (await queue.counts()).waiting, take: (source, works) => queue.wake(source, works, sweepIntervalMs) };
  }

  /** Ask once for each sweep: it looks whether Bull has moved since it was asked last. */
  async choose(): Promise<WorkStore> {
    if (this.bull === null || this.queue?.connected !== true) return this.inProcess;
    try {
      return this.movesSinceLast(await this.bull.waiting()) ? this.bull : this.without('Wake-ups wait in Redis, but Bull brings none of them to this process.');
    } catch (error) {
      return this.without(`Redis does not answer: ${String(error)}.`);
    }
  }

  /** Where a sweep goes on when Redis did not take its wake-ups. */
  without(reason: string): WorkStore {
    this.logger.warn(`${reason} Due work is worked off in this process until the next sweep.`);
    this.queue?.renewConnections();
    return this.inProcess;
  }

  /** False when wake-ups waited then and wait now, and this process, which has nothing to do, got none. Bull may be paused, or its connection dead. */
  private movesSinceLast(waiting: number): boolean {
    const { last } = this;
    this.last = { waiting, received: this.queue?.received ?? 0 };
    return waiting === 0 || last.waiting === 0 || this.last.received > last.received || this.gate.running > 0;
  }
}
