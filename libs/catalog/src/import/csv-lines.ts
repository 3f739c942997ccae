import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { readAs, refuse, type Reading } from '../reading.js';

const LONGEST_LINE = 10_000;

/**
 * Splits UTF-8 bytes into lines that end in LF or CRLF, without their ends and without a byte order mark.
 * What is not UTF-8 comes out as U+FFFD. A line longer than 10,000 characters comes cut, and is the last one.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (rest.length > LONGEST_LINE) {
      yield rest.slice(0, LONGEST_LINE + 1);
      return;
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/**
 * Reads the values of one line. Each line is read by itself, because no value may hold a line break: a quote that is
 * never closed then spoils its own line and not the rest of the file, and a line number is always the editor's.
 */
export function valuesOf(line: string): Reading<readonly string[]> {
  if (line.length > LONGEST_LINE) return refuse(`the line is longer than ${LONGEST_LINE} characters; the file is not read further`);
  // The parser would take it for the end of the row, and what stands behind it would be lost.
  if (line.includes('\r')) return refuse('the line holds a carriage return (CR): end lines in LF or CRLF');
  try {
    const [values = []] = parse(line, { trim: true });
    return readAs(values);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse(QUOTING[error.code] ?? error.message);
  }
}

const QUOTING: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted value is not closed on its line; write a quote inside a value twice, and no line break',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a quoted value; write a quote inside a value twice',
};
