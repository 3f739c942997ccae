import { WrongMapError, type WiringError } from './wiring.error.js';

/** Whose providers are built. */
export interface BuiltEntry {
  /** The refusal of a boot in its name, without what is secret in the words of what was thrown. */
  readonly failed: (thrown: unknown) => WiringError;
  readonly late: (limitMs: number) => WiringError;
}

/** The factories of all entries, while Nest waits for them. Without a limit the program would wait for ever, or end without a word. */
export class ModuleBuilds {
  private readonly pending = new Map<object, BuiltEntry>();
  private readonly timers = new Map<object, NodeJS.Timeout>();

  /** @param file the map of the entries. */
  constructor(
    readonly file: string,
    private readonly limitMs: number,
  ) {}

  /** Builds one provider of an entry. @throws {WiringError} naming the entry that failed, or all that are not there in time. */
  async build<Result>(entry: BuiltEntry, work: () => Result | Promise<Result>): Promise<Result> {
    const build = {};
    this.pending.set(build, entry);
    const late = new Promise<never>((_, reject) => this.timers.set(build, setTimeout(() => reject(this.lateError()), this.limitMs)));
    try {
      return await Promise.race([this.refusing(entry, work), late]);
    } finally {
      clearTimeout(this.timers.get(build));
      this.pending.delete(build);
      this.timers.delete(build);
    }
  }

  /** What to throw for a provider that threw. */
  failed(entry: BuiltEntry, thrown: unknown): WiringError {
    this.stopWaiting();
    return new WrongMapError(this.file, [entry.failed(thrown)]);
  }

  private async refusing<Result>(entry: BuiltEntry, work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (thrown) {
      throw this.failed(entry, thrown);
    }
  }

  private lateError(): WiringError {
    this.stopWaiting();
    return new WrongMapError(this.file, [...new Set(this.pending.values())].map(({ late }) => late(this.limitMs)));
  }

  /** The boot has failed: nothing may keep the program. */
  private stopWaiting(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
