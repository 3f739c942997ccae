import { readFile, rename, writeFile } from 'node:fs/promises';
import { errorCode } from '../wire/error-code.js';
import { restoreSnapshot, SnapshotSchema, takeSnapshot } from './world.snapshot.js';
import type { World } from './world.js';

/** The state file is there but cannot be used. The message says what to do. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

export interface StateFileOptions {
  readonly path: string;
  /** How long changes are gathered before one write, in milliseconds. That much is lost when the process is killed. */
  readonly debounceMs: number;
}

/** Carries the world over a restart. Written whole to a file beside it, then renamed, so a reader never sees half of it. */
export class StateFile {
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly world: World,
    private readonly options: StateFileOptions,
  ) {}

  /**
   * Reads the file into an empty world. Answers false when there is none yet.
   *
   * @throws {StateFileError} when the file cannot be read or is not a state of this program.
   */
  async load(): Promise<boolean> {
    const text = await this.read();
    if (text === null) return false;
    const parsed = SnapshotSchema.safeParse(parseJson(text));
    if (!parsed.success) throw new StateFileError(`The state file ${this.options.path} is not a state of this sandbox; move it away to start afresh.`);
    restoreSnapshot(this.world, parsed.data);
    return true;
  }

  /** Says that something changed: the file follows within the debounce time. */
  schedule(): void {
    this.timer ??= setTimeout(() => void this.flush().catch(reportLostWrite), this.options.debounceMs);
  }

  /** Writes what is waiting to be written, and ends when it is on the disk. */
  async flush(): Promise<void> {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
      this.writing = this.writing.catch(() => undefined).then(() => this.write());
    }
    await this.writing;
  }

  private async read(): Promise<string | null> {
    try {
      return await readFile(this.options.path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw new StateFileError(`The state file ${this.options.path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, { cause: error });
    }
  }

  private async write(): Promise<void> {
    const temporary = `${this.options.path}.${process.pid}.tmp`;
    // It holds the secrets of the OAuth applications, so it is for the owner alone.
    await writeFile(temporary, JSON.stringify(takeSnapshot(this.world)), { mode: 0o600, flush: true });
    await rename(temporary, this.options.path);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reportLostWrite(error: unknown): void {
  process.stderr.write(`lms-sandbox: the state file could not be written (${errorCode(error) ?? 'unknown error'}); this sandbox goes on in memory.\n`);
}
