import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import type { Job, JobCounts, JobOptions, Queue } from 'bull';
import type { DueWork, SourceWork } from '../due-work/due-work.js';
import { HORIZON_MS, WakeUps, type WakeUp } from '../due-work/wake-ups.js';
import { RedisConnections } from './redis-connections.js';
import { within } from './time-limit.js';

export const QUEUE_NAME = 'due-work';

/** History lives in the database: a job that ended leaves nothing behind, and its id may be used again. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const satisfies JobOptions;
const ANSWER_LIMIT_MS = 1_000;
/** Somebody at the checkout may be waiting. */
const SCHEDULE_LIMIT_MS = 250;
const CLOSE_LIMIT_MS = 1_500;

export interface QueueCounts {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
}

/** Bull's queue of wake-ups, shared by all replicas. A wake-up is no work order: whoever gets it still has to claim. */
@Injectable()
export class WakeUpQueue extends WakeUps {
  private readonly logger = new Logger(WakeUpQueue.name);
  private closing: Promise<void> | undefined;
  private consuming = false;
  private receivedCount = 0;

  constructor(
    @InjectQueue(QUEUE_NAME) private readonly queue: Queue<SourceWork>,
    @Inject(RedisConnections) private readonly connections: RedisConnections,
  ) {
    super();
    queue.on('error', (error) => {
      this.logger.debug(`Bull: ${error.message}`);
    });
    // Bull connects when its client is first asked for. A process that only wakes would never do that: it asks only while it is connected.
    void queue.client;
    Object.assign(queue, {
      // Nest asks the queue itself to close, which waits for its jobs and for Redis without a limit.
      onApplicationShutdown: () => this.close(),
      // Bull names its connection without waiting for it: without Redis the process would die of the rejection when it stops.
      setWorkerName: () => Promise.resolve(),
    });
  }

  get connected(): boolean {
    return this.connections.connected;
  }

  /** How many jobs Bull has brought to this process so far. */
  get received(): number {
    return this.receivedCount;
  }

  override async schedule(wakeUps: readonly WakeUp[]): Promise<void> {
    const near = wakeUps.filter(({ inMs }) => inMs <= HORIZON_MS);
    if (near.length === 0 || this.closing !== undefined || !this.connections.connected) return;
    const jobs = near.map(({ source, id, key, inMs, alone = false }) => job({ source, id, alone }, key, Math.max(0, Math.ceil(inMs))));
    try {
      await within(SCHEDULE_LIMIT_MS, this.queue.addBulk(jobs));
    } catch (error) {
      this.logger.debug(`Wake-ups are lost, the sweep will find the work: ${String(error)}`);
    }
  }

  /**
   * Wakes for what is due now.
   *
   * @param onceInMs for so long one work wakes once, so that replicas do not fill the queue. Then it wakes again: a process that was
   *   frozen or died may have taken the job along, and Redis may have lost it and kept its id. A second one does no harm, the claim decides.
   * @throws {Error} when Redis does not take it in time; what it takes later does no harm.
   */
  async wake(source: string, works: readonly DueWork[], onceInMs: number): Promise<void> {
    if (works.length === 0) return;
    const period = Math.floor(Date.now() / onceInMs);
    const jobs = works.map(({ id, alone, dueAt }) => job({ source, id, alone }, `${dueAt.getTime()}:${period}`, 0));
    const added = await within(ANSWER_LIMIT_MS, this.queue.addBulk(jobs));
    // Bull overlooks what fails inside its transaction, such as a script that the server forgot.
    if (added.some(({ id }) => typeof id !== 'string')) throw new Error('Redis did not take all wake-ups.');
  }

  /** What waits includes what somebody has paused. @throws {Error} when Redis does not answer in time. */
  async counts(): Promise<QueueCounts> {
    const counts: JobCounts & { readonly paused?: number } = await within(ANSWER_LIMIT_MS, this.queue.getJobCounts());
    return { waiting: counts.waiting + (counts.paused ?? 0), delayed: counts.delayed, active: counts.active };
  }

  /** For a Redis that keeps silent. */
  renewConnections(): void {
    if (this.closing === undefined) this.connections.renew();
  }

  /** Begins to take jobs as soon as Redis is there. `perform` must not throw. */
  consume(concurrency: number, perform: (work: SourceWork) => Promise<void>): void {
    this.consuming = true;
    const receive = async ({ data }: Job<Partial<SourceWork> | undefined>): Promise<void> => {
      this.receivedCount += 1;
      const { source, id, alone = false } = data ?? {};
      if (source !== undefined && id !== undefined) await perform({ source, id, alone });
    };
    this.queue.process(concurrency, receive).catch((error: unknown) => {
      if (this.closing === undefined) this.logger.error('Bull does not bring wake-ups to this process: the sweep works off what is due.', error instanceof Error ? error.stack : String(error));
    });
  }

  /** Takes no more jobs from now on, but for one that is on its way. */
  stop(): void {
    if (this.consuming) this.queue.pause(true, true).catch(() => undefined);
  }

  /** Lets Bull report what is done, then cuts the connections. Takes about three seconds at most, whatever Redis does. Never throws. */
  close(): Promise<void> {
    this.closing ??= this.cut();
    return this.closing;
  }

  private async cut(): Promise<void> {
    // Redis answers in order: when it tells its counts, it has taken the reports that were sent before.
    await this.counts().catch(() => undefined);
    // Bull's own wait for its jobs rejects a promise that nobody holds: the process would die of it.
    await within(CLOSE_LIMIT_MS, this.queue.close(true)).catch(() => undefined);
    this.connections.disconnect();
  }
}

function job(data: SourceWork, key: string, delay: number): { data: SourceWork; opts: JobOptions } {
  return { data, opts: { ...JOB_OPTIONS, jobId: `${data.source}:${data.id}:${key}`, delay } };
}
