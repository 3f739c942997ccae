import type { ReconciliationProgress } from '#payments';
import { CLEAR_LINE, type ProgressOutput } from '../progress.js';

/** Where nobody watches, a line is written each time so many more payments were looked at. */
const PAYMENTS_A_LINE = 10_000;

/** Shows how far a comparison is: on one line of a terminal, by a line now and then elsewhere. */
export class ReconcileProgress {
  private linesShown = 0;

  constructor(
    private readonly output: ProgressOutput,
    private readonly processor: string,
  ) {}

  update({ listed, own, readBack }: ReconciliationProgress): void {
    const text = `${this.processor}: ${listed} listed, ${own} of ours, ${readBack} read back`;
    if (this.output.isTTY) return void this.output.write(`${CLEAR_LINE}${text}`);
    const lines = Math.floor((listed + own) / PAYMENTS_A_LINE);
    if (lines > this.linesShown) this.output.write(`${text}\n`);
    this.linesShown = lines;
  }

  /** Takes the line away, until the next update. */
  clear(): void {
    if (this.output.isTTY) this.output.write(CLEAR_LINE);
  }
}
