import { CLEAR_LINE, bar, type ProgressOutput } from '../progress.js';
import type { Unfinished } from './follow.js';

/** Where nobody watches, a line is written each time another such part is done. */
const PARTS = 10;

/** Shows how many of an operation's lines, or of whatever it is about, have had their turn: a bar on a terminal, a line now and then elsewhere. */
export class TurnsProgress {
  private partsShown = 0;

  constructor(
    private readonly output: ProgressOutput,
    private readonly count: number,
    private readonly what = 'lines',
  ) {}

  update({ waiting, running }: Unfinished): void {
    const done = Math.max(0, this.count - waiting - running);
    const text = `${done} of ${this.count} ${this.what}`;
    if (this.output.isTTY) return void this.output.write(`${CLEAR_LINE}${bar(done / this.count)} ${text}`);
    const parts = Math.floor((PARTS * done) / this.count);
    if (parts > this.partsShown) this.output.write(`${text}\n`);
    this.partsShown = Math.max(parts, this.partsShown);
  }

  /** A sentence of its own, above the bar. */
  note(sentence: string): void {
    this.end();
    this.output.write(`${sentence}\n`);
  }

  /** Takes the bar away again. */
  end(): void {
    if (this.output.isTTY) this.output.write(CLEAR_LINE);
  }
}
