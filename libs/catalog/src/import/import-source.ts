import type { Cells } from './columns.js';

export type SourceKind = 'csv' | 'lms' | 'otto';

/** Sources that are read for long, and can go on where a read broke off. The others are read anew. */
export const RESUMABLE: ReadonlySet<SourceKind> = new Set(['otto']);

/** One mode of a course as a source tells it, not judged yet. */
export interface SourceRow {
  /** Each row has another; see `CellProblem`. */
  readonly line: number;
  readonly cells: Cells;
}

/** A row that cannot even be told cell by cell. */
export interface UnreadableRow {
  readonly line: number;
  /** Whose row it is, as far as that is known. */
  readonly courseId: string | null;
  readonly message: string;
}

/** What is read at a time. It is stored in one commit with the place behind it. */
export interface SourcePart {
  readonly rows: readonly SourceRow[];
  readonly unreadable: readonly UnreadableRow[];
  /** What was left out by intent: how many, by what it was. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Where to go on if the read breaks off; null: from the beginning. */
  readonly next: string | null;
  /** How much of the source is read, 0 to 1; null where nobody knows. */
  readonly fraction: number | null;
}

/** Where courses come from. */
export interface ImportSource {
  readonly kind: SourceKind;
  /** Which of its kind: a file's name, a URL. A read that broke off is gone on with by the same kind and origin. */
  readonly origin: string;
  /** For sentences, e.g. `the file`. */
  readonly subject: string;
  /** Whether a course may come again in a later part, because the source changed while it was read: the later one counts then. */
  readonly repeats: boolean;
  /**
   * Reads it once, part by part.
   *
   * @param from the `next` of an earlier part, or null.
   * @throws {CatalogImportError | ImportStoppedError} when it cannot be read any further.
   */
  read(from: string | null): AsyncIterable<SourcePart>;
}
