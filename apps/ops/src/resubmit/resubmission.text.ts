import { LINE_RESULTS, type BoundedCount, type LineResult, type ResubmissionOperation, type ResubmissionPreview, type ResubmissionProgress, type ResubmissionSample } from '#orders';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment } from '../command/time.js';

const SAMPLE: readonly Column<ResubmissionSample>[] = [
  { title: 'order', cell: ({ orderNumber }) => orderNumber },
  { title: 'sku', cell: ({ sku }) => sku },
  { title: 'type', cell: ({ productType }) => productType },
  { title: 'course', cell: ({ courseId }) => courseId },
  { title: 'paid', cell: ({ paidAt }) => moment(paidAt) },
  { title: 'status', cell: ({ status }) => status },
  { title: 'failure', cell: ({ failure }) => failure && `${failure.kind}: ${failure.detail}` },
];

/** What the words of the domain mean to a reader. */
const RESULTS: Readonly<Record<LineResult, string>> = {
  waiting: 'wait for their turn',
  running: 'are being delivered',
  fulfilled: 'delivered',
  waitingAgain: 'not delivered yet: tried again by themselves',
  failed: 'failed: they wait for an operator',
  skipped: 'left alone: done, taken back, held or being worked on meanwhile',
};

/** What a resubmission would send. */
export function previewText({ matches, held, sample }: ResubmissionPreview): string {
  const leftOut = held.count === 0 ? '' : ` ${bounded(held)} more held by an operator and left out.`;
  const heading = `Would send ${bounded(matches)} again.${leftOut} Nothing was written.\n`;
  if (sample.length === 0) return heading;
  const all = sample.length === matches.count && !matches.atLeast;
  return `${heading}\n${all ? '' : `${sample.length} of them:\n`}${table(SAMPLE, sample)}`;
}

export function operationLine({ id, lineCount, actor, reason }: ResubmissionOperation): string {
  return printable(`Resubmission ${id}: ${plural(lineCount)}, by ${actor}: ${reason}\n`);
}

/** Where to look later. */
export function seeAgain({ id }: Pick<ResubmissionOperation, 'id'>): string {
  return `Workers send them. See it again: npm run ops -- resubmissions ${id}\n`;
}

/** Counts by result; what did not happen is left out. */
export function progressText(progress: ResubmissionProgress): string {
  const width = Math.max(...LINE_RESULTS.map((result) => String(progress[result]).length));
  return LINE_RESULTS.filter((result) => progress[result] > 0)
    .map((result) => `  ${String(progress[result]).padStart(width)} ${RESULTS[result]}\n`)
    .join('');
}

function bounded({ count, atLeast }: BoundedCount): string {
  return atLeast ? `at least ${plural(count)}` : plural(count);
}

function plural(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}
