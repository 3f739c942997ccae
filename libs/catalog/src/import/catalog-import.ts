import { Inject, Injectable } from '@nestjs/common';
import { SEAT } from '../courses/course.js';
import { CourseWriter, type CourseOutcome } from '../courses/course-writer.service.js';
import { PRODUCT_DETAILS_CHECK, UnknownProductTypeError, type ProductDetailsCheck } from '../product-details.check.js';
import { CsvSource } from './csv.source.js';
import type { ImportResult } from './import-result.js';
import { ImportRecords, type Begun } from './import-record.js';
import { LIST, type ListedRow } from './import-record.statements.js';
import { ImportSessions, type ImportSession } from './import-session.js';
import { ImportStaging } from './import-staging.js';
import { RESUMABLE, type ImportSource } from './import-source.js';
import { ImportWriting } from './import-writing.js';
import { CatalogImportError, ImportStoppedError } from './row-problems.js';

export type ImportProgress =
  /** It goes on with what was read before, up to `brokeOffAt`. */
  | { readonly phase: 'resumed'; readonly rows: number; readonly brokeOffAt: Date }
  /** `fraction`: 0 to 1, or null where nobody knows how much there is. */
  | { readonly phase: 'reading'; readonly rows: number; readonly fraction: number | null }
  /** Another import is being written. */
  | { readonly phase: 'waiting' }
  | { readonly phase: 'writing'; readonly courses: number; readonly fraction: number };

export interface ImportOptions {
  /** Do everything and then undo it: the answer says what would have happened. */
  readonly dryRun?: boolean;
  /** Import the courses that are right, and list the others. A course is imported whole or not at all. */
  readonly skipWrong?: boolean;
  /** Have the LMS told of what differs from what it was told. */
  readonly publish?: boolean;
  /** Import a course also where it was changed here after it was read, or where the LMS that is read does not know yet how it was changed. */
  readonly overwriteNewer?: boolean;
  /** Forget an import of the same source that broke off. */
  readonly restart?: boolean;
  /** Who imports, for the history of prices. */
  readonly actor?: string;
  /** Whose the courses are where the source does not say. */
  readonly partner?: string | undefined;
  /** Who grants the credit of new modes `credit` where the source does not say. */
  readonly creditProvider?: string | undefined;
  /** Called now and then. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Called for every course that becomes, or would become, another, and for every one that is refused. */
  readonly onCourse?: (outcome: CourseOutcome) => void;
}

@Injectable()
export class CatalogImport {
  constructor(
    private readonly sessions: ImportSessions,
    private readonly writer: CourseWriter,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
  ) {}

  /** Imports seats from the bytes of a CSV file, in UTF-8; see `run`. */
  importCsv(file: AsyncIterable<Uint8Array>, options: ImportOptions = {}): Promise<ImportResult> {
    return this.run(new CsvSource(file, { origin: 'a stream' }), options);
  }

  /**
   * Imports courses: all of them, or none unless `skipWrong`. A course and its modes are known again by their keys, so the same may
   * be imported again; modes that the source lacks stay. Buyers and readers never wait; who changes one of the courses at the same
   * time does, and a second import.
   *
   * @throws {CatalogImportError} listing what is wrong, row by row.
   * @throws {ImportStoppedError} when the source cannot be read, or somebody else is importing it. What was read of a source that is
   * read for long is kept for the next time.
   * @throws {UnknownProductTypeError} when nothing here delivers seats.
   */
  async run(source: ImportSource, options: ImportOptions = {}): Promise<ImportResult> {
    if (!this.detailsCheck.knows(SEAT)) throw new UnknownProductTypeError(SEAT);
    return this.sessions.open(async (session) => {
      await requirePartner(session, options.partner);
      const records = new ImportRecords(session);
      const begun = await records.begin(source, { actor: actorOf(options), restart: options.restart ?? false });
      const staging = new ImportStaging(session, begun.id);
      try {
        const result = await this.execute(source, { session, records, staging, begun, options });
        if (options.dryRun) await records.remove(begun.id);
        return result;
      } catch (error) {
        const canGoOn = RESUMABLE.has(source.kind) && !(error instanceof CatalogImportError) && (begun.position !== null || staging.hasParts);
        // Where the database is away, the next import removes it.
        if (!canGoOn) await records.remove(begun.id).catch(ignore);
        throw error;
      }
    });
  }

  /** The last imports, unfinished ones first. */
  list(): Promise<ListedRow[]> {
    return this.sessions.open((session) => session.query<ListedRow>(LIST));
  }

  private async execute(source: ImportSource, { session, records, staging, begun, options }: Run): Promise<ImportResult> {
    const skipped = await read(source, { staging, begun, onProgress: options.onProgress ?? ignore });
    await records.markRead(begun.id);
    return session.transaction(async () => {
      const written = await new ImportWriting(session, staging, this.writer).write(this.terms(source, options));
      const result = { ...written, skipped };
      await records.finish(begun.id, { ...result, wrong: undefined });
      return result;
    }, options.dryRun ? 'rollback' : 'commit');
  }

  private terms({ kind, subject }: ImportSource, { onProgress = ignore, ...options }: ImportOptions) {
    return {
      actor: actorOf(options),
      publish: options.publish ?? false,
      skipWrong: options.skipWrong ?? false,
      overwriteNewer: options.overwriteNewer ?? false,
      isLms: kind === 'lms',
      partner: options.partner,
      creditProvider: options.creditProvider,
      subject,
      onWaiting: () => onProgress({ phase: 'waiting' }),
      onWritten: (courses: number, fraction: number) => onProgress({ phase: 'writing', courses, fraction }),
      onCourse: options.onCourse ?? ignore,
    };
  }
}

interface Run {
  readonly session: ImportSession;
  readonly records: ImportRecords;
  readonly staging: ImportStaging;
  readonly begun: Begun;
  readonly options: ImportOptions;
}

interface Read {
  readonly staging: ImportStaging;
  readonly begun: Begun;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Stages what is not staged yet. Answers what was skipped, from the first row on. */
async function read(source: ImportSource, { staging, begun, onProgress }: Read): Promise<Record<string, number>> {
  const skipped = { ...begun.skipped };
  let { rows } = begun;
  if (begun.brokeOffAt) onProgress({ phase: 'resumed', rows, brokeOffAt: begun.brokeOffAt });
  if (begun.isRead) return skipped;
  let readAt = await staging.readingTime();
  for await (const part of source.read(begun.position)) {
    await staging.add(part, { repeats: source.repeats, readAt });
    rows += part.rows.length;
    for (const [what, count] of Object.entries(part.skipped)) skipped[what] = (skipped[what] ?? 0) + count;
    onProgress({ phase: 'reading', rows, fraction: part.fraction });
    // The others answer once, so that their last part is as old as the first.
    if (RESUMABLE.has(source.kind)) readAt = await staging.readingTime();
  }
  return skipped;
}

async function requirePartner(session: ImportSession, partner: string | undefined): Promise<void> {
  if (partner === undefined) return;
  const known = await session.query('select 1 from partner where code = $1', [partner]);
  if (known.length === 0) throw new ImportStoppedError(`There is no partner ${JSON.stringify(partner)}.`);
}

function actorOf({ actor }: ImportOptions): string {
  return actor ?? 'import';
}

function ignore(): void {
  // Nobody asked to be told.
}
