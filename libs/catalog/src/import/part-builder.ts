import type { Cells } from './columns.js';
import type { SourcePart, SourceRow, UnreadableRow } from './import-source.js';

/** Gathers the rows of a source that has no lines, and counts them. */
export class PartBuilder {
  private rows: SourceRow[] = [];
  private unreadable: UnreadableRow[] = [];
  private skipped: Record<string, number> = {};

  /** @param line the last row's line so far. */
  constructor(private line: number) {}

  /** How many rows are gathered. */
  get size(): number {
    return this.rows.length + this.unreadable.length;
  }

  get lastLine(): number {
    return this.line;
  }

  addRow(cells: Cells): void {
    this.rows.push({ line: (this.line += 1), cells });
  }

  addUnreadable(courseId: string | null, message: string): void {
    this.unreadable.push({ line: (this.line += 1), courseId, message });
  }

  /** Counts what is left out by intent. */
  skip(what: string, count = 1): void {
    this.skipped[what] = (this.skipped[what] ?? 0) + count;
  }

  /** Hands over what was gathered, and begins the next part. */
  take(next: string | null, fraction: number | null): SourcePart {
    const part = { rows: this.rows, unreadable: this.unreadable, skipped: this.skipped, next, fraction };
    [this.rows, this.unreadable, this.skipped] = [[], [], {}];
    return part;
  }
}
