import type { EnrollmentCode } from '#codes';
import { csvRow } from '../resubmissions/csv-row.js';
import { enrollmentCodeView } from './enrollment-code.view.js';

const COLUMNS = ['code', 'status', 'courseId', 'mode', 'issuedAt', 'expiresAt', 'redeemedAt', 'redeemedBy', 'redemptionOrderNumber', 'voidedAt'] as const;

/** Codes as CSV, page by page: no more than one page is in memory. The first row names the columns. */
export async function* csvOf(pages: AsyncIterable<readonly EnrollmentCode[]>): AsyncGenerator<string> {
  yield csvRow(COLUMNS);
  for await (const codes of pages) {
    const rows = codes.map(enrollmentCodeView).map((view) => csvRow(COLUMNS.map((column) => view[column])));
    if (rows.length > 0) yield rows.join('');
  }
}
