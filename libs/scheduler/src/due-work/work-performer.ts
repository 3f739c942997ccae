import { Injectable, Logger } from '@nestjs/common';
import { DueWorkSources, type SourceWork } from './due-work.js';
import { WorkGate } from './work-gate.js';

/** Hands work to its source when a slot of this process is free, whoever brings it. */
@Injectable()
export class WorkPerformer {
  private readonly logger = new Logger(WorkPerformer.name);

  constructor(
    private readonly sources: DueWorkSources,
    private readonly gate: WorkGate,
  ) {}

  get running(): number {
    return this.gate.running;
  }

  /** Resolves when it is done, or was dropped because the process stops. Never throws: an error is a bug of the source, its work stays due or has a lease. */
  async perform({ source: name, id, alone }: SourceWork): Promise<void> {
    const source = this.sources.find(name);
    if (source === undefined) {
      // As intended where a process is told to leave that source alone; the sweep of one that has it finds the work.
      this.logger.debug(`There is no due-work source "${name}" in this process: a wake-up for it is dropped.`);
      return;
    }
    try {
      await this.gate.run(alone, () => source.perform({ id, alone }));
    } catch (thrown) {
      this.logger.error(`The due-work source "${name}" broke down on ${id}.`, thrown instanceof Error ? thrown.stack : String(thrown));
    }
  }

  /** Begins no more work. Resolves when nothing runs. */
  stop(): Promise<void> {
    this.gate.close();
    return this.gate.idle();
  }
}
