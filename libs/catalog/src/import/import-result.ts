import type { CourseOutcome } from '../courses/course-writer.service.js';
import type { ProblemList } from './row-problems.js';

/** What became of the rows, each a mode of a course. */
export interface ImportCounts {
  /** All that were read, also those that were left out. */
  readonly rows: number;
  /** Modes that were not sold before. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface CourseCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Not imported, because one of their rows is wrong. */
  readonly leftOut: number;
}

export interface ImportResult extends ImportCounts {
  readonly courses: CourseCounts;
  /** Rows that named no SKU: their modes are sold under one of ours, of which the source does not know. */
  readonly withoutSku: number;
  /** Courses of this import with changes of which the LMS was not told. */
  readonly unpublished: number;
  /** What the source has and this catalog does not take: how many, by what it is. */
  readonly skipped: Readonly<Record<string, number>>;
  /** What was left out because it is wrong; only where that was allowed. */
  readonly wrong: ProblemList;
}

/** Counts outcomes. */
export class ImportTally {
  private readonly modes = { created: 0, updated: 0, unchanged: 0 };
  private readonly courses = { created: 0, updated: 0, unchanged: 0 };

  add({ result, modes }: CourseOutcome): void {
    if (result === 'refused') return;
    this.courses[result] += 1;
    for (const mode of modes) this.modes[mode.result] += 1;
  }

  get counted(): { readonly modes: Omit<ImportCounts, 'rows'>; readonly courses: Omit<CourseCounts, 'leftOut'> } {
    return { modes: { ...this.modes }, courses: { ...this.courses } };
  }
}
