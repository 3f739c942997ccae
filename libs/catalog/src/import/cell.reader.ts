import { refuse, type Reading } from '../reading.js';
import type { Cells, Column } from './columns.js';
import type { CellProblem } from './row-problems.js';

const LONGEST_SHOWN = 60;
/** Control characters and line separators (PostgreSQL refuses NUL), and what a decoder leaves of bytes that are no UTF-8. */
const UNREADABLE = /[\p{Cc}\u2028\u2029\uFFFD]/u;

/** Reads the cells of one row and reports those that cannot be read; their value is then null. */
export class CellReader {
  constructor(
    private readonly line: number,
    private readonly cells: Cells,
    private readonly report: (problem: CellProblem) => void,
  ) {}

  required<Value>(column: Column, reader: (text: string) => Reading<Value>): Value | null {
    const text = this.cells[column] ?? '';
    if (text !== '') return this.read(column, text, reader);
    this.report({ line: this.line, column, message: 'is empty' });
    return null;
  }

  /** Undefined when the cell is not told, null when it is empty. */
  optional<Value>(column: Column, reader: (text: string) => Reading<Value>): Value | null | undefined {
    const text = this.cells[column];
    if (text === undefined) return undefined;
    return text === '' ? null : this.read(column, text, reader);
  }

  private read<Value>(column: Column, text: string, reader: (text: string) => Reading<Value>): Value | null {
    const reading = UNREADABLE.test(text) ? refuse('holds a control character, or is not written in UTF-8') : reader(text);
    if (reading.ok) return reading.value;
    this.report({ line: this.line, column, message: `${shown(text)} ${reading.problem}` });
    return null;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}
