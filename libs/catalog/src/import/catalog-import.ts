import { Inject, Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { PRODUCT_DETAILS_CHECK, UnknownProductTypeError, type ProductDetailsCheck } from '../product-details.check.js';
import { conflictProblem } from './conflicts.js';
import { readSeats } from './seat-file.reader.js';
import { RowProblems } from './row-problems.js';
import { SEAT, checkSeatDetails, type SeatRow } from './seat-row.js';
import { SeatStaging, type ImportCounts } from './seat-staging.js';

export interface ImportOptions {
  /** Do everything and then undo it: the answer says what would have happened. */
  readonly dryRun?: boolean;
  /** Called now and then while the file is read. */
  readonly onProgress?: (progress: { readonly rows: number }) => void;
}

/** What became of the file's rows: each is created, updated or unchanged. */
export type ImportResult = ImportCounts;

const ROWS_A_STATEMENT = 1_000;

@Injectable()
export class CatalogImport {
  constructor(
    private readonly database: CatalogDatabase,
    @Inject(PRODUCT_DETAILS_CHECK) private readonly detailsCheck: ProductDetailsCheck,
  ) {}

  /**
   * Imports seats from a CSV file: all of its rows, or none. A row is known again by its course run and mode, so the same
   * file may be imported again. Other writers to the catalog wait while the rows are written; buyers do not.
   *
   * @param file the bytes of the file, in UTF-8; never held whole.
   * @throws {CatalogImportError} listing what is wrong, line by line.
   * @throws {UnknownProductTypeError} when nothing here delivers seats.
   */
  async importCsv(file: AsyncIterable<Uint8Array>, { dryRun = false, onProgress }: ImportOptions = {}): Promise<ImportResult> {
    if (!this.detailsCheck.knows(SEAT)) throw new UnknownProductTypeError(SEAT);
    return this.database.transaction(async (client) => {
      const staging = await SeatStaging.open(client);
      const problems = new RowProblems();
      await this.stage(file, { staging, problems, onProgress: onProgress ?? (() => undefined) });
      await this.findConflicts(staging, problems);
      problems.refuse();
      return { result: await staging.write(), end: dryRun ? 'rollback' : 'commit' };
    });
  }

  private async stage(file: AsyncIterable<Uint8Array>, { staging, problems, onProgress }: Stage): Promise<void> {
    let batch: SeatRow[] = [];
    let rows = 0;
    const flush = async (): Promise<void> => {
      await staging.add(batch);
      rows += batch.length;
      batch = [];
      onProgress({ rows });
    };
    for await (const row of readSeats(file, problems)) {
      checkSeatDetails(row, this.detailsCheck, (problem) => problems.add(problem));
      batch.push(row);
      if (batch.length === ROWS_A_STATEMENT) await flush();
    }
    if (batch.length > 0) await flush();
  }

  private async findConflicts(staging: SeatStaging, problems: RowProblems): Promise<void> {
    const { conflicts, total } = await staging.conflicts(problems.room);
    for (const conflict of conflicts) problems.add(conflictProblem(conflict));
    problems.addUnlisted(total - conflicts.length);
  }
}

interface Stage {
  readonly staging: SeatStaging;
  readonly problems: RowProblems;
  readonly onProgress: NonNullable<ImportOptions['onProgress']>;
}
