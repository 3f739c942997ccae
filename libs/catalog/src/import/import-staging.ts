import type { ImportSession } from './import-session.js';
import { MOVE_PLACE, TOUCH } from './import-record.statements.js';
import { ADD_PROBLEMS, ADD_ROWS, FORGET_PROBLEMS, FORGET_ROWS, PROBLEMS, READING_TIME, type ProblemRow } from './import-staging.statements.js';
import type { SourcePart } from './import-source.js';
import { MOST_LISTED, type CellProblem, type ProblemList } from './row-problems.js';
import { readSeatRow, type SeatRow } from './seat-row.js';

/** The rows and problems of one import, in their tables. */
export class ImportStaging {
  private parts = 0;

  constructor(
    private readonly session: ImportSession,
    readonly id: number,
  ) {}

  /** Whether a part was added here. */
  get hasParts(): boolean {
    return this.parts > 0;
  }

  /**
   * Judges the rows of a part one by one, and stores them with the place behind them, in one commit.
   *
   * @param repeats whether the part may tell again of courses that an earlier one told of.
   * @param readAt the reading time that was taken before the source was asked for it.
   */
  async add(part: SourcePart, { repeats, readAt }: { readonly repeats: boolean; readonly readAt: string }): Promise<void> {
    const problems: CellProblem[] = part.unreadable.map(({ line, message }) => ({ line, column: null, message }));
    const read = part.rows.map(({ line, cells }) => readSeatRow(line, cells, (problem) => problems.push(problem)));
    const rows = [...read, ...part.unreadable.map(({ line, courseId }) => unreadRow(line, courseId))];
    await this.session.transaction(async () => {
      if (repeats) await this.forget(rows);
      await this.addRows(rows, readAt);
      await this.addProblems(problems);
      await this.session.query(MOVE_PLACE, [this.id, part.next, rows.length, JSON.stringify(part.skipped)]);
      await this.session.query(TOUCH, [this.id, 'reading']);
    });
    this.parts += 1;
  }

  /** By the database's clock, to the microsecond: who changes a course after it may know better than what is read from now on. */
  async readingTime(): Promise<string> {
    const [row] = await this.session.query<{ at: string }>(READING_TIME);
    return row?.at ?? '-infinity';
  }

  async addProblems(problems: readonly CellProblem[]): Promise<void> {
    if (problems.length === 0) return;
    await this.session.query(ADD_PROBLEMS, [this.id, problems.map(({ line }) => line), problems.map(({ column }) => column), problems.map(({ message }) => message)]);
  }

  /** The first problems in the order of the rows, and how many more there are. */
  async problems(): Promise<ProblemList> {
    const rows = await this.session.query<ProblemRow>(PROBLEMS, [this.id, MOST_LISTED]);
    const problems = rows.map(({ line, column_name: column, message, course_id: courseId, mode }) => ({ line, column, message, courseId, mode }));
    return { problems, unlisted: (rows[0]?.total ?? 0) - rows.length };
  }

  private async forget(rows: readonly SeatRow[]): Promise<void> {
    const courses = [...new Set(rows.map(({ courseId }) => courseId).filter((id) => id !== null))];
    for (const statement of [FORGET_PROBLEMS, FORGET_ROWS]) await this.session.query(statement, [this.id, courses]);
  }

  private async addRows(rows: readonly SeatRow[], readAt: string): Promise<void> {
    const column = <Value>(pick: (row: SeatRow) => Value): Value[] => rows.map(pick);
    await this.session.query(ADD_ROWS, [
      this.id,
      column(({ line }) => line),
      column(({ courseId }) => courseId),
      column(({ mode }) => mode),
      column(({ courseName }) => courseName),
      column(({ partner }) => partner),
      column(({ verificationDeadline }) => verificationDeadline !== undefined),
      column(({ verificationDeadline }) => verificationDeadline?.toISOString() ?? null),
      column(({ draft }) => draft.sku ?? null),
      column(({ draft }) => draft.bulkSku ?? null),
      column(({ draft }) => JSON.stringify(draft)),
      readAt,
    ]);
  }
}

/** What is known of a row that cannot be read: that it spoils its course. */
function unreadRow(line: number, courseId: string | null): SeatRow {
  return { line, courseId, mode: null, courseName: null, partner: null, verificationDeadline: undefined, draft: {} };
}
