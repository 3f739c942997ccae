import type { CourseDifference, DriftSummary, DriftingCourse, FieldValue } from '#catalog';
import { printable } from '../command/printable.js';

/** What a run came to. */
export interface DriftOutcome {
  readonly summary: DriftSummary;
  /** Null: nothing was to be repaired. */
  readonly repair: DriftRepair | null;
}

export interface DriftRepair {
  /** Courses that are published again now. */
  readonly requested: number;
  /** Of these, the ones that wait for somebody to confirm that the LMS may lose a mode. */
  readonly toConfirm: number;
}

/** Where what is found goes, as it is found. */
export interface DriftReport {
  add(course: DriftingCourse): void;
  end(outcome: DriftOutcome): void;
}

type Write = (text: string) => unknown;

/** Whether a publication of the course stops until somebody confirms it. */
export function needsConfirmation({ differences }: DriftingCourse): boolean {
  return differences.some(({ kind }) => kind === 'only_at_lms');
}

/** One line of JSON, written piece by piece: there may be as many differences as there are courses. */
export function jsonReport(write: Write): DriftReport {
  let separator = '{"courses":[';
  const open = (): string => {
    const opened = separator;
    separator = ',';
    return opened;
  };
  return {
    add: (course) => void write(`${open()}${JSON.stringify({ ...course, needsConfirmation: needsConfirmation(course) })}`),
    end: ({ summary, repair }) => {
      if (separator !== ',') write(open());
      write(`],${JSON.stringify({ ...summary, repair }).slice(1)}\n`);
    },
  };
}

export function textReport(write: Write): DriftReport {
  return {
    add: ({ id, publication, differences }) => {
      const lines = [`${id}${publication === null ? '' : `, publication ${publication.replaceAll('_', ' ')}`}`, ...differences.map((difference) => `  ${sentence(difference)}`)];
      write(lines.map((line) => `${printable(line).replaceAll('\n', ' ')}\n`).join(''));
    },
    end: (outcome) => void write(`${printable(summaryLines(outcome).join('\n'))}\n`),
  };
}

function sentence(difference: CourseDifference): string {
  if (difference.kind === 'missing_at_lms') return `${difference.mode}: missing at the LMS`;
  if (difference.kind === 'only_at_lms') return `${difference.mode}: only at the LMS, for ${difference.price} ${difference.currency}; a publication removes it when that is confirmed`;
  const { mode, field, ours, atLms } = difference;
  return `${mode === null ? '' : `${mode}: `}${field} is ${shown(ours)} here and ${shown(atLms)} at the LMS`;
}

function shown(value: FieldValue): string {
  return value === null ? 'none' : String(value);
}

function summaryLines({ summary, repair }: DriftOutcome): string[] {
  const { compared, drifting, changedMeanwhile, onlyAtLms, onlyAtLmsIds, unreadable, unreadableCourses } = summary;
  return [
    `${courses(compared)} compared: ${drifting === 0 ? 'no drift' : `${drifting} drifting`}.`,
    ...(changedMeanwhile === 0 ? [] : [`${courses(changedMeanwhile)} changed while this ran: the next run tells.`]),
    ...(onlyAtLms === 0 ? [] : [`${courses(onlyAtLms)} only at the LMS: ${onlyAtLmsIds.join(', ')}${rest(onlyAtLms, onlyAtLmsIds)}`]),
    ...(unreadable === 0 ? [] : [`${courses(unreadable)} of the LMS cannot be read, and ${unreadable === 1 ? 'was' : 'were'} not compared:`]),
    ...unreadableCourses.map(({ id, detail }) => `  ${id ?? 'without an id'}: ${detail}`),
    ...(repair === null ? advice(drifting) : repairLines(repair)),
  ];
}

function advice(drifting: number): string[] {
  return drifting === 0 ? [] : ['Say --repair to have them published again: the LMS then gets what the catalog has.'];
}

function repairLines({ requested, toConfirm }: DriftRepair): string[] {
  return [
    ...(requested === 0 ? [] : [`${courses(requested)} will be published again by the worker; "npm run ops -- catalog publications" tells what comes of it.`]),
    ...(toConfirm === 0 ? [] : [`${courses(toConfirm)} with modes that only the LMS has: nothing of ${toConfirm === 1 ? 'it' : 'them'} is published until somebody confirms that they go: npm run ops -- catalog republish <course> --remove <mode> --reason "...".`]),
  ];
}

function rest(count: number, named: readonly string[]): string {
  return count > named.length ? `, and ${count - named.length} more` : '';
}

function courses(count: number): string {
  return count === 1 ? '1 course' : `${count} courses`;
}
