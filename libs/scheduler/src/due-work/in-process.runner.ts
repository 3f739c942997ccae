import { Injectable } from '@nestjs/common';
import type { SourceWork } from './due-work.js';
import { WorkPerformer } from './work-performer.js';

/** Works due work off without a queue outside the process. What it holds is not bounded by itself: its caller looks at what waits at the gate. */
@Injectable()
export class InProcessRunner {
  private readonly underway = new Set<string>();

  constructor(private readonly performer: WorkPerformer) {}

  /** Takes what it does not have already. Does not wait for it. */
  offer(works: readonly SourceWork[]): void {
    for (const work of works) void this.runOnce(work);
  }

  private async runOnce(work: SourceWork): Promise<void> {
    const key = `${work.source}:${work.id}`;
    if (this.underway.has(key)) return;
    this.underway.add(key);
    await this.performer.perform(work);
    this.underway.delete(key);
  }
}
