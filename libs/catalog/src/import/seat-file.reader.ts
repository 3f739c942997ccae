import { nameCells, readHeader, type Positions } from './columns.js';
import { linesOf, valuesOf } from './csv-lines.js';
import type { SourceRow, UnreadableRow } from './import-source.js';
import { CatalogImportError } from './row-problems.js';

/**
 * Reads the rows of an import file one by one; what cannot be split into cells comes as unreadable. Blank rows are passed over, as spreadsheets leave some.
 *
 * @throws {CatalogImportError} at once when the header cannot be used, and when there is no row.
 */
export async function* readSeatFile(file: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRow | UnreadableRow> {
  let header: Positions | undefined;
  let rows = 0;
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (/^[\s,]*$/.test(text)) continue;
    if (!header) {
      header = acceptHeader(text, line);
      continue;
    }
    rows += 1;
    yield readRow(text, line, header);
  }
  if (!header) refuseFile(1, ['the file is empty; its first line must name the columns']);
  if (rows === 0) refuseFile(line, ['the file has a header and no rows']);
}

function acceptHeader(text: string, line: number): Positions {
  const values = valuesOf(text);
  const { positions, mistakes } = values.ok ? readHeader(values.value) : { positions: new Map(), mistakes: [values.problem] };
  if (mistakes.length > 0) refuseFile(line, mistakes);
  return positions;
}

function refuseFile(line: number, messages: readonly string[]): never {
  throw new CatalogImportError({ problems: messages.map((message) => ({ line, column: null, message, courseId: null, mode: null })), unlisted: 0 }, 'the file');
}

function readRow(text: string, line: number, header: Positions): SourceRow | UnreadableRow {
  const values = valuesOf(text);
  if (values.ok && values.value.length === header.size) return { line, cells: nameCells(values.value, header) };
  const message = values.ok ? `the row has ${values.value.length} values, the header has ${header.size}` : values.problem;
  return { line, courseId: null, message };
}
