import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProgram } from '../../support/processes.js';

const RESTART_PAUSE_MS = 100;

/** One place of an API or a worker, under a supervisor: whatever ends the process, another one is started at once. */
export class Replica {
  /** Processes that ended without having been asked to. */
  deaths = 0;
  private program: RunningProgram | null = null;
  private stopping = false;
  private keeping: Promise<void> = Promise.resolve();

  constructor(
    readonly kind: 'api' | 'worker',
    private readonly launch: () => Promise<RunningProgram>,
  ) {}

  /** Where it listens; null while there is no process. */
  get url(): string | null {
    return this.program?.url ?? null;
  }

  get isRunning(): boolean {
    return this.program !== null;
  }

  /** What the process that runs now has written. */
  get output(): string {
    return this.program?.output() ?? '';
  }

  /** @throws {Error} when the first start fails; later ones are tried until they succeed. */
  async start(): Promise<void> {
    this.program = await this.launch();
    this.keeping = this.keep(this.program);
  }

  /** Sends a signal to the process that runs, if any. Does not wait. */
  signal(signal: NodeJS.Signals): boolean {
    if (this.program === null) return false;
    process.kill(this.program.pid, signal);
    return true;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.signal('SIGCONT');
    await this.program?.stop();
    await this.keeping;
  }

  private async keep(first: RunningProgram): Promise<void> {
    for (let program: RunningProgram | null = first; program !== null; program = await this.nextProcess()) {
      this.program = program;
      // Harmless to a process that runs, and answers when it has gone.
      await program.kill('SIGCONT');
      this.program = null;
      if (!this.stopping) this.deaths += 1;
    }
  }

  /** A process that does not come up, because the database is away, is started again like any other. */
  private async nextProcess(): Promise<RunningProgram | null> {
    while (!this.stopping) {
      const program = await this.launch().catch(() => null);
      if (program !== null && !this.stopping) return program;
      await program?.stop();
      await sleep(RESTART_PAUSE_MS);
    }
    return null;
  }
}
