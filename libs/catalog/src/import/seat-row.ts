import { readCurrency } from '../currency.js';
import { readInstant } from '../instant.js';
import { readPriceMinor } from '../price.js';
import { isDetailsRefusal, type DetailsRefusal, type ProductDetailsCheck } from '../product-details.check.js';
import { readAs, refuse, type Reading } from '../reading.js';
import { isSku } from '../sku.js';
import { CellReader } from './cell.reader.js';
import type { Cells, Column } from './columns.js';
import type { RowProblem } from './row-problems.js';

/** The product type of what this file sells. */
export const SEAT = 'seat';

/** A row of the file as far as it could be read: what is wrong is null, and so are an empty SKU and an empty time. */
export interface SeatRow {
  readonly line: number;
  readonly courseId: string | null;
  readonly title: string | null;
  readonly mode: string | null;
  readonly priceMinor: number | null;
  readonly currency: string | null;
  readonly availableFrom: Date | null;
  readonly availableUntil: Date | null;
  readonly sku: string | null;
}

const LONGEST_NAME = 255;
const MODE = /^[a-z][a-z0-9-]{0,99}$/;
const COLUMN_OF_DETAIL: ReadonlyMap<string, Column> = new Map([
  ['/courseId', 'course_id'],
  ['/mode', 'mode'],
]);

/** Reads one row and reports everything that is wrong with it by itself. */
export function readSeatRow(line: number, cells: Cells, report: (problem: RowProblem) => void): SeatRow {
  const reader = new CellReader(line, cells, report);
  const courseId = reader.required('course_id', readName);
  const title = reader.required('course_name', readName);
  const mode = reader.required('mode', readMode);
  const currency = reader.required('currency', readCurrency);
  const priceMinor = reader.required('price', (text) => readPriceMinor(text, currency));
  const availableFrom = reader.optional('starts', readInstant);
  const availableUntil = reader.optional('expires', readInstant);
  const sku = reader.optional('sku', readSku);
  if (availableFrom && availableUntil && availableUntil <= availableFrom) report({ line, column: 'expires', message: 'is not after starts' });
  return { line, courseId, title, mode, priceMinor, currency, availableFrom, availableUntil, sku };
}

/** The details of a seat, as its fulfiller reads them. */
export function seatDetails({ courseId, mode }: SeatRow): { courseId: string | null; mode: string | null } {
  return { courseId, mode };
}

/** Lets the fulfiller judge a row whose course run and mode could be read, and reports what it finds. */
export function checkSeatDetails(row: SeatRow, check: ProductDetailsCheck, report: (problem: RowProblem) => void): void {
  if (row.courseId === null || row.mode === null) return;
  try {
    check.parseDetails(SEAT, seatDetails(row));
  } catch (error) {
    if (!isDetailsRefusal(error)) throw error;
    for (const problem of located(error)) report({ line: row.line, ...problem });
  }
}

function located({ message: whole, problems }: DetailsRefusal): Pick<RowProblem, 'column' | 'message'>[] {
  if (problems.length === 0) return [{ column: null, message: whole }];
  return problems.map(({ pointer, message }) => {
    const column = COLUMN_OF_DETAIL.get(pointer) ?? null;
    if (column !== null || pointer === '') return { column, message };
    return { column: 'mode', message: `${pointer.slice(1)} ${message}; this file has no column for it` };
  });
}

function readName(text: string): Reading<string> {
  return text.length > LONGEST_NAME ? refuse(`is longer than ${LONGEST_NAME} characters`) : readAs(text);
}

function readMode(text: string): Reading<string> {
  return MODE.test(text) ? readAs(text) : refuse('is no mode such as audit or verified: lower case letters, digits and hyphens');
}

function readSku(text: string): Reading<string> {
  return isSku(text) ? readAs(text) : refuse('is no SKU: 1 to 64 letters, digits, points, underscores and hyphens');
}
