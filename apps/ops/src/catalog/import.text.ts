import type { CourseChange, CourseOutcome, ImportResult, ListedImport, ProblemList, RowProblem, SourceKind } from '#catalog';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment } from '../command/time.js';

const MOST_CHANGES = 50;

/** The first changes of an import, for people. */
export class ChangeList {
  private readonly lines: string[] = [];
  private total = 0;

  add({ courseId, changes }: CourseOutcome): void {
    this.total += changes.length;
    for (const change of changes.slice(0, MOST_CHANGES - this.lines.length)) this.lines.push(changeLine(courseId, change));
  }

  get text(): string {
    const more = this.total - this.lines.length;
    return printable([...this.lines, ...(more > 0 ? [`... and ${more} more changes; --json shows all.`] : [])].map((line) => `${line}\n`).join(''));
  }
}

function changeLine(courseId: string, { mode, field, from, to }: CourseChange): string {
  const where = mode === null ? courseId : `${courseId} ${mode}`;
  if (field === 'mode' || field === 'course') return from === null ? `${where}: new` : `${where}: no longer sold`;
  return `${where}: ${field} ${shown(from)} -> ${shown(to)}`.replaceAll('\n', ' ');
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What came of it, a line for each thing that is worth one. */
export function resultLines(result: ImportResult, { dryRun, publish }: { readonly dryRun: boolean; readonly publish: boolean }): string {
  const { courses, skipped, withoutSku, unpublished } = result;
  const leftOut = courses.leftOut > 0 ? `, ${courses.leftOut} left out because they are wrong` : '';
  const lines = [
    `Courses: ${courses.created} created, ${courses.updated} updated, ${courses.unchanged} unchanged${leftOut}.`,
    ...Object.entries(skipped).map(([what, count]) => `Not taken: ${count} ${what}.`),
    ...(withoutSku > 0 ? [`${withoutSku} modes came without a SKU; each is sold under one of ours, of which the LMS must be told.`] : []),
    ...(unpublished > 0 ? [unpublishedLine(unpublished, dryRun)] : []),
    ...(publish && !dryRun ? ['The worker tells the LMS what differs: "npm run ops -- catalog publications" shows how far it is.'] : []),
  ];
  return printable(lines.map((line) => `${line}\n`).join(''));
}

function unpublishedLine(unpublished: number, dryRun: boolean): string {
  const [courses, differ] = unpublished === 1 ? ['1 course', 'differs'] : [`${unpublished} courses`, 'differ'];
  return `${courses} of this import ${dryRun ? 'would then differ' : differ} from what was published to the LMS. The same command with --publish has the LMS told.`;
}

/** Every problem on a line of its own. Rows of a file are told by their line, others by course and mode. */
export function problemLines({ problems, unlisted }: ProblemList, kind: SourceKind): string {
  const rest = unlisted > 0 ? [`... and ${unlisted} more.`] : [];
  return printable([...problems.map((problem) => problemLine(problem, kind)), ...rest].map((line) => `${line}\n`).join(''));
}

function problemLine({ column, message, ...place }: RowProblem, kind: SourceKind): string {
  return `${placeOf(place, kind)}${column === null ? '' : `, ${column}`}: ${message}`.replaceAll('\n', ' ');
}

function placeOf({ line, courseId, mode }: Pick<RowProblem, 'line' | 'courseId' | 'mode'>, kind: SourceKind): string {
  if (kind === 'csv') return `line ${line}`;
  return courseId === null ? `row ${line}` : [courseId, ...(mode === null ? [] : [mode])].join(' ');
}

const COLUMNS: readonly Column<ListedImport>[] = [
  { title: 'import', cell: ({ id }) => id },
  { title: 'from', cell: ({ source, origin }) => (source === 'csv' ? `csv ${origin}` : `${source} ${origin}`) },
  { title: 'state', cell: stateOf },
  { title: 'rows', cell: ({ rows, counts }) => counts?.rows ?? rows },
  { title: 'begun', cell: ({ started_at: at }) => moment(at) },
  { title: 'by', cell: ({ actor }) => actor },
];

export function listText(imports: readonly ListedImport[]): string {
  return imports.length === 0 ? 'Nothing was imported yet.\n' : table(COLUMNS, imports);
}

function stateOf({ status, running, finished_at: finishedAt, updated_at: updatedAt }: ListedImport): string {
  if (finishedAt) return `done ${moment(finishedAt)}`;
  if (running) return status === 'read' ? 'is being written' : 'is being read';
  return `broke off ${moment(updatedAt)}: the same command goes on`;
}
