import { printable } from './printable.js';

const GAP = '  ';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | null;
}

/** Rows under their titles, numbers to the right; nothing is shown as `-`. Each cell is one line. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const lines = [columns.map(({ title }) => title), ...cells.map((line) => line.map(shown))];
  const isNumber = columns.map((_, index) => cells.length > 0 && cells.every((line) => typeof line[index] === 'number'));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const padded = lines.map((line) => line.map((text, index) => (isNumber[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0))));
  return padded.map((line) => `${line.join(GAP).trimEnd()}\n`).join('');
}

function shown(cell: string | number | null): string {
  return cell === null || cell === '' ? '-' : printable(String(cell)).replaceAll('\n', ' ');
}
