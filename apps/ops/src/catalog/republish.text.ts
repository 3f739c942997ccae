import type { Publication } from '#catalog';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { hindrance } from './publications.failure.js';
import { publicationOutlook } from './publications.outlook.js';
import { cut, publicationsTable } from './publications.text.js';

const SHOWN = 100;

/** A course that is to be asked for. */
export interface Candidate {
  readonly courseId: string;
  /** Null: it was never to be published. */
  readonly publication: Publication | null;
}

/** How many courses stand so by now. `waiting` and `running` go on by themselves. */
export interface RepublishProgress {
  readonly waiting: number;
  readonly running: number;
  readonly published: number;
  readonly failed: number;
  readonly toConfirm: number;
}

const RESULTS: Readonly<Record<keyof RepublishProgress, string>> = {
  waiting: 'not published yet: tried again by themselves',
  running: 'being published',
  published: 'published',
  failed: 'failed: they wait for a course team or an operator',
  toConfirm: 'not published: they wait for a confirmation',
};

const CANDIDATES: readonly Column<Candidate>[] = [
  { title: 'course', cell: ({ courseId }) => courseId },
  { title: 'status', cell: ({ publication }) => publication?.status ?? 'never published' },
  { title: 'published', cell: ({ publication }) => publication && publication.publishedVersion },
  { title: 'failure', cell: ({ publication }) => publication && cut(hindrance(publication)) },
];

/** What would be asked for. */
export function previewText(candidates: readonly Candidate[], remove: readonly string[]): string {
  const loss = remove.length === 0 ? '' : ` The LMS might lose ${remove.join(', ')}.`;
  const heading = printable(`Would ask for ${plural(candidates.length)} to be published.${loss} Nothing was written.\n`);
  return candidates.length === 0 ? heading : `${heading}\n${table(CANDIDATES, candidates.slice(0, SHOWN))}${rest(candidates.length)}`;
}

export function requestLine(count: number, { actor, reason }: { readonly actor: string; readonly reason: string }): string {
  return printable(`Asked for ${plural(count)} to be published, by ${actor}: ${reason}\n`);
}

/** Where to look later. */
export function seeAgain(courseIds: readonly string[]): string {
  return printable(`A worker publishes ${courseIds.length === 1 ? 'it' : 'them'} at its next sweep. See: npm run ops -- catalog publications${courseIds.length === 1 ? ` ${courseIds[0]}` : ''}\n`);
}

/** What came of it: counts, those that are not published, and what to do about a single one. */
export function resultText(progress: RepublishProgress, publications: readonly Publication[], now: Date): string {
  const results = Object.keys(RESULTS) as (keyof RepublishProgress)[];
  const width = Math.max(...results.map((result) => String(progress[result]).length));
  const counts = results.filter((result) => progress[result] > 0).map((result) => `  ${String(progress[result]).padStart(width)} ${RESULTS[result]}\n`);
  const left = publications.filter(({ status }) => status !== 'published');
  if (left.length === 0) return counts.join('');
  const [only] = publications.length === 1 ? publications : [];
  const advice = only ? `${printable(publicationOutlook(only, now))}\n` : 'What to do about one: npm run ops -- catalog publications <course>\n';
  return `${counts.join('')}\n${publicationsTable(left.slice(0, SHOWN), now)}${rest(left.length)}${advice}`;
}

function rest(count: number): string {
  return count > SHOWN ? `and ${count - SHOWN} more\n` : '';
}

function plural(courses: number): string {
  return courses === 1 ? '1 course' : `${courses} courses`;
}
