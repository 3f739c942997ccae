import type { Publication, PublicationFigures, PublicationStatus } from '#catalog';
import { table, type Column } from '../command/table.js';
import { moment, span } from '../command/time.js';
import { hindrance } from './publications.failure.js';
import type { PublicationList } from './publications.list.js';

/** The LMS's words may be long; the course's own report has them whole. */
const CELL_LENGTH = 120;

/** The list for people. `status` is what it was narrowed to. */
export function listText({ items, more, figures }: PublicationList, status: PublicationStatus | null, now: Date): string {
  if (items.length === 0) return status === null ? 'The LMS was told all that was to be published.\n' : `No publication is ${status}.\n`;
  const rest = more ? `There are more: these are the oldest ${items.length}.${status === null ? ' Narrow them by --status.' : ''}\n` : '';
  return `${publicationsTable(items, now)}\n${rest}${figuresLine(figures)}\n`;
}

/** By the status that each has. */
export function publicationsTable(items: readonly Publication[], now: Date): string {
  return table(columns(now), items);
}

function columns(now: Date): Column<Publication>[] {
  return [
    { title: 'course', cell: ({ courseId }) => courseId },
    { title: 'status', cell: ({ status }) => status },
    { title: 'wanted', cell: ({ wantedVersion }) => wantedVersion },
    { title: 'published', cell: ({ publishedVersion }) => publishedVersion },
    { title: 'waits since', cell: ({ waitingSince }) => waitingSince && moment(waitingSince) },
    { title: 'next try', cell: ({ nextAttemptAt }) => nextAttemptAt && nextTry(nextAttemptAt, now) },
    { title: 'failure', cell: (publication) => cut(hindrance(publication)) },
  ];
}

function nextTry(at: Date, now: Date): string {
  return at > now ? `in ${span(at.getTime() - now.getTime())}` : 'due';
}

export function cut(text: string | null): string | null {
  if (text === null) return null;
  const characters = [...text];
  return characters.length > CELL_LENGTH ? `${characters.slice(0, CELL_LENGTH - 1).join('')}\u2026` : text;
}

function figuresLine({ waiting, failed, confirmRequired, oldestWaitingSeconds }: PublicationFigures): string {
  return `${waiting} waiting${waiting === 0 ? '' : `, the oldest for ${span(oldestWaitingSeconds * 1_000)}`}; ${failed} failed, ${confirmRequired} to be confirmed.`;
}
