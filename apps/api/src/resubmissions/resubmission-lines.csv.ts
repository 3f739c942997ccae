import type { ResubmissionLine } from '#orders';
import { csvRow } from './csv-row.js';

const COLUMNS: readonly (readonly [string, (line: ResubmissionLine) => string | null])[] = [
  ['lineId', ({ lineId }) => lineId],
  ['orderNumber', ({ orderNumber }) => orderNumber],
  ['learner', ({ learner }) => learner],
  ['sku', ({ sku }) => sku],
  ['productType', ({ productType }) => productType],
  ['courseId', ({ courseId }) => courseId],
  ['result', ({ result }) => result],
  ['skipped', ({ skipped }) => skipped],
  ['status', ({ status }) => status],
  ['failureKind', ({ failure }) => failure?.kind ?? null],
  ['failureDetail', ({ failure }) => failure?.detail ?? null],
  ['nextAttemptAt', ({ nextAttemptAt }) => nextAttemptAt?.toISOString() ?? null],
];

/** The lines of a resubmission as CSV, page by page: no more than one page is in memory. The first row names the columns. */
export async function* csvOf(pages: AsyncIterable<readonly ResubmissionLine[]>): AsyncGenerator<string> {
  yield csvRow(COLUMNS.map(([name]) => name));
  for await (const lines of pages) {
    if (lines.length > 0) yield lines.map((line) => csvRow(COLUMNS.map(([, cell]) => cell(line)))).join('');
  }
}
