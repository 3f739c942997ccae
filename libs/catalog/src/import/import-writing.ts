import type { CourseOutcome, CourseWriter } from '../courses/course-writer.service.js';
import { REQUEST_PUBLICATION } from '../publication/publication.statements.js';
import { isDeadlock, isSkuTaken } from '../write-conflicts.js';
import { cellProblem, stagedCourses, type DraftDefaults, type StagedCourse } from './course-drafts.js';
import { CHECKS, MARK_WRONG } from './import-checks.statements.js';
import { ImportTally, type ImportResult } from './import-result.js';
import { LOCK_CLASS } from './import-record.statements.js';
import type { ImportSession } from './import-session.js';
import type { ImportStaging } from './import-staging.js';
import { ANALYZE_STAGED, COUNT_COURSES, NEXT_COURSES, type StagedRow } from './import-staging.statements.js';
import { ANALYZE_CATALOG, COUNT, HAS_PROBLEMS, UNPUBLISHED, type CountRow, type UnpublishedRow } from './import-writing.statements.js';
import { newerCourses } from './newer-courses.js';
import { CatalogImportError, ImportStoppedError } from './row-problems.js';

/** Courses that are read, planned and written at a time: what is in memory. */
const COURSES_A_PAGE = 500;

export interface WritingTerms extends DraftDefaults {
  readonly actor: string;
  /** Whether the LMS shall be told. */
  readonly publish: boolean;
  /** Whether good courses are imported where others are wrong. */
  readonly skipWrong: boolean;
  /** Whether courses are overwritten that know better than their rows. */
  readonly overwriteNewer: boolean;
  /** Whether the rows come from the LMS that this catalog is published to. */
  readonly isLms: boolean;
  /** For sentences, e.g. `the file`. */
  readonly subject: string;
  /** Another import is being written, and is waited for. */
  readonly onWaiting: () => void;
  readonly onWritten: (courses: number, fraction: number) => void;
  /** Told of every course that is, or would be, changed. */
  readonly onCourse: (outcome: CourseOutcome) => void;
}

/** Writes staged rows to the catalog, inside the session's transaction. */
export class ImportWriting {
  private readonly tally = new ImportTally();

  constructor(
    private readonly session: ImportSession,
    private readonly staging: ImportStaging,
    private readonly writer: CourseWriter,
  ) {}

  /**
   * @throws {CatalogImportError} listing everything that is wrong, unless that is to be left out.
   * @throws {ImportStoppedError} when somebody else takes one of the SKUs, or changes one of the courses, at the same time and comes first.
   */
  write(terms: WritingTerms): Promise<Omit<ImportResult, 'skipped'>> {
    return this.writeAll(terms).catch(tellWhoCameFirst);
  }

  private async writeAll(terms: WritingTerms): Promise<Omit<ImportResult, 'skipped'>> {
    await this.waitForTurn(terms);
    await this.session.query(ANALYZE_STAGED);
    for (const check of [...CHECKS, MARK_WRONG]) await this.session.query(check, [this.staging.id]);
    await this.writePages(terms);
    if ((await this.hasProblems()) && !terms.skipWrong) throw new CatalogImportError(await this.staging.problems(), terms.subject);
    await this.session.query(MARK_WRONG, [this.staging.id]);
    await this.session.query(ANALYZE_CATALOG);
    return this.result(terms);
  }

  /** One import writes at a time. Nobody else waits for it but who changes the same course. */
  private async waitForTurn({ onWaiting }: WritingTerms): Promise<void> {
    const [row] = await this.session.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1, 0) as taken', [LOCK_CLASS.writing]);
    if (row?.taken) return;
    onWaiting();
    await this.session.query('select pg_advisory_xact_lock($1, 0)', [LOCK_CLASS.writing]);
  }

  private async writePages(terms: WritingTerms): Promise<void> {
    const [count] = await this.session.query<{ courses: number }>(COUNT_COURSES, [this.staging.id]);
    let after = '';
    let written = 0;
    for (;;) {
      const rows = await this.session.query<StagedRow>(NEXT_COURSES, [this.staging.id, after, COURSES_A_PAGE]);
      const courses = stagedCourses(rows, terms);
      const last = courses.at(-1);
      if (!last) return;
      await this.writePage(courses, terms);
      after = last.draft.id;
      written += courses.length;
      terms.onWritten(written, written / Math.max(count?.courses ?? 0, 1));
    }
  }

  /** Once something is wrong that must not be, the rest is planned only, to find all that is wrong. */
  private async writePage(courses: readonly StagedCourse[], { actor, skipWrong, overwriteNewer, isLms, onCourse }: WritingTerms): Promise<void> {
    const dryRun = !skipWrong && (await this.hasProblems());
    const drafts = courses.map(({ draft }) => draft);
    const outcomes = await this.writer.write(this.session.client, drafts, {
      actor,
      publish: false,
      dryRun,
      replaceModes: false,
      acceptPast: true,
      ...(!overwriteNewer && { objections: (ids) => newerCourses(this.session, { importId: this.staging.id, courseIds: ids, isLms }) }),
    });
    const problems = outcomes.flatMap((outcome, index) => {
      const course = courses[index];
      return course ? outcome.problems.map((problem) => cellProblem(problem, course)) : [];
    });
    await this.staging.addProblems(problems);
    for (const outcome of outcomes) {
      this.tally.add(outcome);
      if (outcome.result !== 'unchanged') onCourse(outcome);
    }
  }

  private async result({ publish, actor }: WritingTerms): Promise<Omit<ImportResult, 'skipped'>> {
    const { id } = this.staging;
    const unpublished = publish ? await this.publishAll(actor) : ((await this.unpublished(1))[0]?.total ?? 0);
    const [count] = await this.session.query<CountRow>(COUNT, [id]);
    const { modes, courses } = this.tally.counted;
    return {
      rows: count?.rows ?? 0,
      ...modes,
      courses: { ...courses, leftOut: count?.left_out ?? 0 },
      withoutSku: count?.without_sku ?? 0,
      unpublished,
      wrong: await this.staging.problems(),
    };
  }

  /**
   * Publishes what differs, from earlier imports too. At the very end: whoever publishes one of the courses just now waits with his outcome
   * until our commit.
   */
  private async publishAll(actor: string): Promise<number> {
    for (;;) {
      const rows = await this.unpublished(COURSES_A_PAGE);
      if (rows.length === 0) return 0;
      await this.session.query(REQUEST_PUBLICATION.text, [rows.map(({ id }) => id), rows.map(({ version }) => version), actor, null]);
    }
  }

  private unpublished(most: number): Promise<UnpublishedRow[]> {
    return this.session.query<UnpublishedRow>(UNPUBLISHED, [this.staging.id, most]);
  }

  private async hasProblems(): Promise<boolean> {
    const [row] = await this.session.query<{ yes: boolean }>(HAS_PROBLEMS, [this.staging.id]);
    return row?.yes ?? false;
  }
}

/** No row is to blame for what others did meanwhile. */
function tellWhoCameFirst(error: unknown): never {
  if (isSkuTaken(error)) throw new ImportStoppedError('Nothing was imported: somebody else took one of the SKUs at the same time. Import again.', { cause: error });
  if (isDeadlock(error)) throw new ImportStoppedError('Nothing was imported: somebody else changed one of the courses at the same time. Import again.', { cause: error });
  throw error;
}
