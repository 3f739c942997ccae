import type { CatalogImportError, CourseOutcome, ImportResult, SourceKind } from '#catalog';
import { problemLines, resultLines, ChangeList } from './import.text.js';
import { summary } from '../import-report.js';

/** Where what an import does goes, while it does it. */
export interface ImportReport {
  onCourse(outcome: CourseOutcome): void;
  done(result: ImportResult): void;
  refused(error: CatalogImportError): void;
}

interface ReportTerms {
  readonly kind: SourceKind;
  readonly dryRun: boolean;
  readonly publish: boolean;
  readonly write: (text: string) => unknown;
  readonly complain: (text: string) => unknown;
}

/** For people: what came of it, and of a dry run the first changes. */
export function textReport({ kind, dryRun, publish, write, complain }: ReportTerms): ImportReport {
  const changes = new ChangeList();
  return {
    onCourse: (outcome) => changes.add(outcome),
    done: (result) => {
      if (dryRun) write(changes.text);
      complain(problemLines(result.wrong, kind));
      write(summary(result, dryRun) + resultLines(result, { dryRun, publish }));
    },
    refused: (error) => void complain(`${problemLines(error, kind)}${error.message}\n`),
  };
}

/** One line of JSON, written piece by piece: there may be as many changes as there are courses. */
export function jsonReport({ dryRun, write }: Pick<ReportTerms, 'dryRun' | 'write'>): ImportReport {
  let separator = '{"courses":[';
  const end = (rest: object): void => {
    if (separator !== ',') write(separator);
    write(`],${JSON.stringify({ dryRun, ...rest }).slice(1)}\n`);
  };
  return {
    onCourse: ({ courseId, result, changes }) => {
      write(`${separator}${JSON.stringify({ courseId, result, changes })}`);
      separator = ',';
    },
    done: ({ courses: courseCounts, wrong, ...result }) => end({ ...result, courseCounts, problems: wrong.problems, unlisted: wrong.unlisted }),
    refused: ({ problems, unlisted }) => end({ problems, unlisted }),
  };
}
