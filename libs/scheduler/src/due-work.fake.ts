import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DueWork, DueWorkSource, WorkOrder } from './due-work/due-work.js';
import { WakeUps } from './due-work/wake-ups.js';
import { SchedulerModule } from './scheduler.module.js';
import type { SchedulerOptions } from './scheduler.options.js';
import { SchedulerStatus, type SchedulerState } from './scheduler.status.js';

interface FakeWork extends DueWork {
  state: 'due' | 'claimed' | 'done';
}

/** What a database would know of some work, and what really happened. Replicas in one test share it. */
export class FakeLedger {
  /** Every effect, in order. */
  readonly effects: string[] = [];
  /** How often somebody came, whether or not there was something to do. */
  visits = 0;
  mostAtOnce = 0;
  /** How often something ran beside work that had to be alone. */
  overlaps = 0;
  /** What the work itself does. */
  work: (id: string) => Promise<void> = () => Promise.resolve();
  private readonly works = new Map<string, FakeWork>();
  private readonly running = new Set<FakeWork>();

  add(count: number, { alone = () => false, dueAt = new Date(0) }: { alone?: (index: number) => boolean; dueAt?: Date } = {}): void {
    const first = this.works.size;
    for (let index = 0; index < count; index += 1) this.works.set(String(first + index), { id: String(first + index), dueAt: new Date(dueAt.getTime() + index), alone: alone(index), state: 'due' });
  }

  /** How much is not done. */
  get left(): number {
    return this.works.size;
  }

  due(limit: number, now: Date): DueWork[] {
    const found: DueWork[] = [];
    for (const work of this.works.values()) {
      if (found.length === limit) break;
      if (work.state === 'due' && work.dueAt <= now) found.push({ id: work.id, dueAt: work.dueAt, alone: work.alone });
    }
    return found;
  }

  async claimAndWork({ id }: WorkOrder): Promise<void> {
    this.visits += 1;
    const work = this.works.get(id);
    // The claim's condition: without it, replicas that sweep at once do work twice.
    if (work?.state !== 'due') return;
    work.state = 'claimed';
    this.running.add(work);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size);
    if (this.running.size > 1 && [...this.running].some(({ alone }) => alone)) this.overlaps += 1;
    await this.work(id);
    this.effects.push(id);
    this.running.delete(work);
    this.works.delete(id);
  }
}

/** A source whose questions and claims take a turn of the event loop, as a database's would. */
export class FakeSource implements DueWorkSource {
  questions = 0;

  constructor(
    readonly ledger: FakeLedger,
    readonly name = 'fake',
  ) {}

  async findDue(limit: number): Promise<DueWork[]> {
    this.questions += 1;
    const found = this.ledger.due(limit, new Date());
    await turn();
    return found;
  }

  async perform(work: WorkOrder): Promise<void> {
    await turn();
    await this.ledger.claimAndWork(work);
  }
}

export interface FakeWorker {
  readonly app: INestApplicationContext;
  readonly wakeUps: WakeUps;
  status(): Promise<SchedulerState>;
  close(): Promise<void>;
}

type Options = Partial<SchedulerOptions> & Pick<SchedulerOptions, 'redisUrl'>;

/** A worker with nothing but these sources. Its defaults: ten slots, a sweep every 50 ms, a second to drain. */
export async function startFakeWorker(options: Options, ...sources: readonly DueWorkSource[]): Promise<FakeWorker> {
  const providers = sources.map((source) => ({ provide: Symbol(source.name), useValue: source }));
  const imports = [{ module: FakeSourcesModule, providers, exports: providers.map(({ provide }) => provide) }];
  const worker = SchedulerModule.forWorker({ concurrency: 10, sweepIntervalMs: 50, drainMs: 1_000, ...options, sources: providers.map(({ provide }) => provide), imports });
  const app = await NestFactory.createApplicationContext(worker, { logger: false, abortOnError: false });
  return { app, wakeUps: app.get(WakeUps), status: () => app.get(SchedulerStatus).read(), close: () => app.close() };
}

@Module({})
class FakeSourcesModule {}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
