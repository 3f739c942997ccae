import type { ModeDraft } from '../courses/course.js';
import { readCurrency } from '../currency.js';
import { readInstant } from '../instant.js';
import { readPriceMinor } from '../price.js';
import { readAs, refuse, type Reading } from '../reading.js';
import { isSku } from '../sku.js';
import { CellReader } from './cell.reader.js';
import type { Cells } from './columns.js';
import type { CellProblem } from './row-problems.js';

/** One mode of a course, as far as its row could be read: what is wrong, or not told, is null. */
export interface SeatRow {
  readonly line: number;
  readonly courseId: string | null;
  readonly mode: string | null;
  readonly courseName: string | null;
  readonly partner: string | null;
  /** Undefined: not told, so it stays as it is. */
  readonly verificationDeadline: Date | null | undefined;
  /** Without price and currency where they could not be read. */
  readonly draft: SeatDraft;
}

export type SeatDraft = Omit<Partial<ModeDraft>, 'mode' | 'bulk'>;

const LONGEST_NAME = 255;
const MODE = /^[a-z][a-z0-9-]{0,99}$/;

/** Reads one row and reports everything that is wrong with it by itself. */
export function readSeatRow(line: number, cells: Cells, report: (problem: CellProblem) => void): SeatRow {
  const reader = new CellReader(line, cells, report);
  const courseId = reader.required('course_id', readName);
  // A file has the column and a name in it; the LMS may have no name.
  const courseName = cells.course_name === undefined ? null : reader.required('course_name', readName);
  const mode = reader.required('mode', readMode);
  const draft = readDraft(reader);
  if (draft.availableFrom && draft.expires && draft.expires <= draft.availableFrom) report({ line, column: 'expires', message: 'is not after starts' });
  const partner = reader.optional('partner', readName) ?? null;
  return { line, courseId, mode, courseName, partner, verificationDeadline: reader.optional('verification_deadline', readInstant), draft };
}

/** An empty SKU, bulk SKU or credit provider keeps the one there is; an empty date or mobile SKU says that there is none. */
function readDraft(reader: CellReader): SeatDraft {
  const currency = reader.required('currency', readCurrency);
  const priceMinor = reader.required('price', (text) => readPriceMinor(text, currency));
  return {
    ...(currency !== null && { currency }),
    ...(priceMinor !== null && { priceMinor }),
    availableFrom: reader.optional('starts', readInstant),
    expires: reader.optional('expires', readInstant),
    sku: reader.optional('sku', readSku) ?? undefined,
    bulkSku: reader.optional('bulk_sku', readSku) ?? undefined,
    creditProvider: reader.optional('credit_provider', readName) ?? undefined,
    androidSku: reader.optional('android_sku', readSku),
    iosSku: reader.optional('ios_sku', readSku),
  };
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
