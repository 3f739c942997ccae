import { nameCells, readHeader, type Positions } from './columns.js';
import { linesOf, valuesOf } from './csv-lines.js';
import type { RowProblems } from './row-problems.js';
import { readSeatRow, type SeatRow } from './seat-row.js';

/**
 * Reads the rows of an import file one by one, and reports what is wrong. Blank rows are passed over, as spreadsheets leave some.
 *
 * @throws {CatalogImportError} at once when the header cannot be used: no row could be read then.
 */
export async function* readSeats(file: AsyncIterable<Uint8Array>, problems: RowProblems): AsyncGenerator<SeatRow> {
  let header: Positions | undefined;
  let rows = 0;
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (/^[\s,]*$/.test(text)) continue;
    if (!header) {
      header = acceptHeader(text, line, problems);
      continue;
    }
    rows += 1;
    const values = readValues(text, { line, expected: header.size, problems });
    if (values) yield readSeatRow(line, nameCells(values, header), (problem) => problems.add(problem));
  }
  if (!header) problems.add({ line: 1, column: null, message: 'the file is empty; its first line must name the columns' });
  else if (rows === 0) problems.add({ line, column: null, message: 'the file has a header and no rows' });
}

function acceptHeader(text: string, line: number, problems: RowProblems): Positions {
  const values = valuesOf(text);
  const { positions, mistakes } = values.ok ? readHeader(values.value) : { positions: new Map(), mistakes: [values.problem] };
  for (const message of mistakes) problems.add({ line, column: null, message });
  problems.refuse();
  return positions;
}

interface Place {
  readonly line: number;
  /** How many values the row must have. */
  readonly expected: number;
  readonly problems: RowProblems;
}

function readValues(text: string, { line, expected, problems }: Place): readonly string[] | null {
  const values = valuesOf(text);
  if (values.ok && values.value.length === expected) return values.value;
  const message = values.ok ? `the row has ${values.value.length} values, the header has ${expected}` : values.problem;
  problems.add({ line, column: null, message });
  return null;
}
