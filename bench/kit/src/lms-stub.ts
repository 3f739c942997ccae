import { join } from 'node:path';
import { ForkedProgram } from './forked-program.js';

const ANSWERS_WITHIN_MS = 5_000;

/** Calls that the LMS got, by HTTP method. */
export interface LmsCalls {
  readonly GET: number;
  readonly POST: number;
}

/** The LMS of a benchmark, in a process of its own: it enrolls everybody, after a given time, and costs next to nothing. */
export class LmsStub {
  private constructor(private readonly program: ForkedProgram) {}

  static async start(): Promise<LmsStub> {
    return new LmsStub(await ForkedProgram.start('The LMS stub', join(import.meta.dirname, 'lms-stub.main.js')));
  }

  get url(): string {
    return this.program.url;
  }

  get pid(): number {
    return this.program.pid;
  }

  /** From now on it takes this long for an answer. Tells what it was asked since this was said last. */
  async answerAfter(latencyMs: number): Promise<LmsCalls> {
    return (await this.program.ask({ latencyMs }, ANSWERS_WITHIN_MS)) as LmsCalls;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}
