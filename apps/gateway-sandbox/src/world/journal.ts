import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { Entry, World } from './world.js';
import { errorCode } from '../wire/error-code.js';

/** The state file is there but cannot be used. The message says what to do. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

const HEADER = JSON.stringify({ gatewaySandbox: 1 });
const EntrySchema = z.strictObject({ table: z.string(), row: z.unknown() });

/**
 * Carries the world over a restart: one line for every row that was put, the last line of a row counts. A commit is written before anybody is
 * answered, and in one piece, so that the process may be killed at any moment; a last line that is cut off belongs to a commit nobody was told of.
 */
export class Journal {
  private file: number | null = null;

  constructor(
    private readonly world: World,
    private readonly path: string | null,
  ) {}

  /**
   * Reads the file into an empty world, and writes it anew without what was replaced since.
   *
   * @throws {StateFileError} when the file cannot be read or written, or is not a state of this program.
   */
  open(): void {
    if (this.path === null) return;
    try {
      if (existsSync(this.path)) this.read(readFileSync(this.path, 'utf8'));
      this.rewrite(this.path);
    } catch (error) {
      if (error instanceof StateFileError) throw error;
      throw new StateFileError(`The state file ${this.path} cannot be used (${errorCode(error) ?? 'unknown error'}).`, { cause: error });
    }
  }

  /** Writes what has changed. */
  commit(): void {
    const changes = this.world.takeChanges();
    if (this.file === null || changes.length === 0) return;
    writeSync(this.file, changes.map(lineOf).join(''));
  }

  /** Everything was forgotten: the file, too. */
  restart(): void {
    if (this.path !== null) this.rewrite(this.path);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private read(text: string): void {
    const [header, ...lines] = text.split('\n');
    // The last piece is empty where the last line was written to its end.
    const whole = lines.slice(0, -1);
    if (header !== HEADER || !whole.every((line) => this.restore(line))) {
      throw new StateFileError(`The state file ${this.path ?? ''} is not a state of this sandbox; move it away to start afresh.`);
    }
  }

  private restore(line: string): boolean {
    const parsed = EntrySchema.safeParse(parseJson(line));
    return parsed.success && this.world.restore(parsed.data);
  }

  private rewrite(path: string): void {
    this.close();
    this.world.takeChanges();
    const temporary = `${path}.${process.pid}.tmp`;
    // It holds the secrets that let a buyer pay, so it is for the owner alone.
    writeFileSync(temporary, `${HEADER}\n${this.world.entries().map(lineOf).join('')}`, { mode: 0o600 });
    renameSync(temporary, path);
    this.file = openSync(path, 'a', 0o600);
  }
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
