import { CLEAR_LINE, bar, type ProgressOutput } from '../progress.js';

/** Where nobody watches, a line is written each time so many more courses are compared. */
const COURSES_A_LINE = 10_000;

/** Shows how many courses are compared: a bar on a terminal, a line now and then elsewhere. */
export class DriftProgress {
  private linesShown = 0;

  constructor(private readonly output: ProgressOutput) {}

  /** @param expected a guess: the LMS does not say how many it lists. */
  update(compared: number, expected: number): void {
    const text = `${compared} courses compared`;
    if (this.output.isTTY) return void this.output.write(`${CLEAR_LINE}${bar(compared / Math.max(compared, expected))} ${text}`);
    const lines = Math.floor(compared / COURSES_A_LINE);
    if (lines > this.linesShown) this.output.write(`${text}\n`);
    this.linesShown = lines;
  }

  /** Takes the bar away, until the next update. */
  clear(): void {
    if (this.output.isTTY) this.output.write(CLEAR_LINE);
  }
}
