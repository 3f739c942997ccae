import type { ImportProgress } from '#catalog';
import { moment } from '../command/time.js';
import { CLEAR_LINE, bar, type ProgressOutput } from '../progress.js';

/** Where nobody watches, a line is written each time so many more rows or courses are done. */
const STEP = 10_000;

/** Shows how far an import is: a bar that moves on a terminal, a line now and then elsewhere. */
export class ImportProgressBar {
  private stepsShown = 0;
  private phase = '';

  constructor(private readonly output: ProgressOutput) {}

  show(progress: ImportProgress): void {
    if (progress.phase === 'resumed') return this.say(`Going on with the import that broke off at ${moment(progress.brokeOffAt)}: ${progress.rows} rows are read already.`);
    if (progress.phase === 'waiting') return this.say('Another import is being written: waiting for it.');
    const [done, what] = progress.phase === 'reading' ? [progress.rows, 'rows read'] : [progress.courses, 'courses written'];
    if (this.output.isTTY) return void this.output.write(`${CLEAR_LINE}${progress.fraction === null ? '' : `${bar(progress.fraction)} `}${done} ${what}`);
    if (this.phase !== progress.phase) this.stepsShown = 0;
    this.phase = progress.phase;
    const steps = Math.floor(done / STEP);
    if (steps > this.stepsShown) this.output.write(`${done} ${what}\n`);
    this.stepsShown = steps;
  }

  /** Takes the bar away again. */
  end(): void {
    if (this.output.isTTY) this.output.write(CLEAR_LINE);
  }

  private say(sentence: string): void {
    this.end();
    this.output.write(`${sentence}\n`);
  }
}
