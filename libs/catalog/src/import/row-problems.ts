import type { Column } from './columns.js';

/** What is wrong in one line of the file, and in which column if it is one column's fault. */
export interface RowProblem {
  /** As an editor counts: the header is line 1. */
  readonly line: number;
  readonly column: Column | null;
  readonly message: string;
}

const MOST_LISTED = 1_000;

/** Nothing was imported. Lists what is wrong in the order of the lines. */
export class CatalogImportError extends Error {
  /** @param unlisted how many more problems there are than `problems` lists. */
  constructor(
    readonly problems: readonly RowProblem[],
    readonly unlisted: number,
  ) {
    super(`Nothing was imported: the file has ${count(problems.length + unlisted)}.`);
    this.name = 'CatalogImportError';
  }
}

/** Collects problems; keeps the first thousand and counts the rest, so that a file which is wrong all over fits in memory. */
export class RowProblems {
  private readonly listed: RowProblem[] = [];
  private total = 0;

  add(problem: RowProblem): void {
    this.total += 1;
    if (this.room > 0) this.listed.push(problem);
  }

  /** Counts problems that nobody will read. */
  addUnlisted(problems: number): void {
    this.total += problems;
  }

  /** How many more will be listed. */
  get room(): number {
    return MOST_LISTED - this.listed.length;
  }

  /** @throws {CatalogImportError} if there is any problem. */
  refuse(): void {
    if (this.total === 0) return;
    throw new CatalogImportError(
      this.listed.toSorted((one, other) => one.line - other.line),
      this.total - this.listed.length,
    );
  }
}

function count(problems: number): string {
  return problems === 1 ? 'one problem' : `${problems} problems`;
}
