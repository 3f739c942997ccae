const BAR_WIDTH = 30;
const ROWS_A_LINE = 10_000;
export const CLEAR_LINE = '\r\u001b[K';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far a long file is read: a bar that moves on a terminal, a line now and then elsewhere. */
export class Progress {
  constructor(private readonly output: ProgressOutput) {}

  /** @param fraction how much of the file is read, 0 to 1. */
  update(rows: number, fraction: number): void {
    if (this.output.isTTY) this.output.write(`${CLEAR_LINE}${bar(fraction)} ${rows} rows`);
    else if (rows % ROWS_A_LINE === 0) this.output.write(`${rows} rows read\n`);
  }

  /** Takes the bar away again. */
  end(): void {
    if (this.output.isTTY) this.output.write(CLEAR_LINE);
  }
}

/** @param fraction 0 to 1; what lies beyond is cut off. */
export function bar(fraction: number): string {
  const share = Math.min(Math.max(fraction, 0), 1);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}
