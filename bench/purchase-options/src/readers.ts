import { join } from 'node:path';
import { ForkedProgram } from '../../kit/src/forked-program.js';

/** What the readers shall do. */
export interface ReadingJob {
  readonly url: string;
  readonly readers: number;
  /** Courses to choose from, at random and evenly. */
  readonly courses: number;
  readonly durationMs: number;
}

export interface ReadingResult {
  /** Of every request that was answered while it counted. */
  readonly latenciesMs: readonly number[];
  /** The time that counted. */
  readonly durationMs: number;
  /** All that were answered, counted or not. */
  readonly answers: number;
}

/** More than an answer may take, so that a hanging server ends the run with a sentence. */
const PATIENCE_MS = 30_000;

/** The readers' process. */
export class Readers {
  private constructor(private readonly program: ForkedProgram) {}

  static async start(): Promise<Readers> {
    return new Readers(await ForkedProgram.start('The readers', join(import.meta.dirname, 'readers.main.js')));
  }

  get pid(): number {
    return this.program.pid;
  }

  /** @throws {Error} when an answer is not 200. */
  async read(job: ReadingJob): Promise<ReadingResult> {
    return (await this.program.ask(job, 2 * job.durationMs + PATIENCE_MS)) as ReadingResult;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}
