import type { ImportSource, SourcePart, SourceRow, UnreadableRow } from './import-source.js';
import { readSeatFile } from './seat-file.reader.js';

const ROWS_A_PART = 1_000;

export interface CsvOrigin {
  /** The file's name. */
  readonly origin: string;
  /** The length of the file, if it is known: for the progress. */
  readonly bytes?: number;
}

/** A CSV file. It is read again from its first line each time: that takes seconds, and it may have been edited. */
export class CsvSource implements ImportSource {
  readonly kind = 'csv';
  readonly subject = 'the file';
  readonly repeats = false;
  readonly origin: string;
  private readonly bytes: number | undefined;
  private bytesRead = 0;

  /** @param file its bytes, in UTF-8; never held whole. */
  constructor(
    private readonly file: AsyncIterable<Uint8Array>,
    { origin, bytes }: CsvOrigin,
  ) {
    this.origin = origin;
    this.bytes = bytes;
  }

  async *read(): AsyncGenerator<SourcePart> {
    let rows: SourceRow[] = [];
    let unreadable: UnreadableRow[] = [];
    for await (const item of readSeatFile(this.counted())) {
      if ('cells' in item) rows.push(item);
      else unreadable.push(item);
      if (rows.length + unreadable.length < ROWS_A_PART) continue;
      yield this.part(rows, unreadable);
      [rows, unreadable] = [[], []];
    }
    if (rows.length + unreadable.length > 0) yield this.part(rows, unreadable);
  }

  private part(rows: SourceRow[], unreadable: UnreadableRow[]): SourcePart {
    return { rows, unreadable, skipped: {}, next: null, fraction: this.bytes === undefined ? null : this.bytesRead / this.bytes };
  }

  private async *counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.file) {
      this.bytesRead += chunk.byteLength;
      yield chunk;
    }
  }
}
