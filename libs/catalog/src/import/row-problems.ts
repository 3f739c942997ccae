import type { Column } from './columns.js';

/** What is wrong in one row of a source, and in which column if it is one column's fault. */
export interface CellProblem {
  /** Of a file: as an editor counts, so the header is line 1. Otherwise the rows are counted from 1. */
  readonly line: number;
  readonly column: Column | null;
  readonly message: string;
}

/** The same, with the course and mode of the row as far as they are known: where there are no lines, that is its place. */
export interface RowProblem extends CellProblem {
  readonly courseId: string | null;
  readonly mode: string | null;
}

/** How many problems are listed. The others are counted, so that a source which is wrong all over fits in memory. */
export const MOST_LISTED = 1_000;

/** Problems in the order of the rows, and how many more there are. */
export interface ProblemList {
  readonly problems: readonly RowProblem[];
  readonly unlisted: number;
}

/** Nothing was imported. Lists what is wrong in the order of the rows. */
export class CatalogImportError extends Error implements ProblemList {
  readonly problems: readonly RowProblem[];
  readonly unlisted: number;

  /** @param subject what has the problems, e.g. `the file`. */
  constructor({ problems, unlisted }: ProblemList, subject: string) {
    super(`Nothing was imported: ${subject} has ${problemCount(problems.length + unlisted)}.`);
    this.name = 'CatalogImportError';
    this.problems = problems;
    this.unlisted = unlisted;
  }
}

/** No import could be made, and no row is to blame: the message says why, and what to do. */
export class ImportStoppedError extends Error {
  constructor(fact: string, options?: ErrorOptions) {
    super(fact, options);
    this.name = 'ImportStoppedError';
  }
}

function problemCount(problems: number): string {
  return problems === 1 ? 'one problem' : `${problems} problems`;
}
