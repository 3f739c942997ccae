import { join } from 'node:path';
import { ForkedProgram } from '../../kit/src/forked-program.js';

/** What the buyers shall do. */
export interface BuyingJob {
  readonly url: string;
  /** Of a member of staff, who may sell to anybody. */
  readonly token: string;
  readonly sku: string;
  readonly buyers: number;
  readonly durationMs: number;
}

export interface BuyingResult {
  /** Of every order that was answered while it counted. */
  readonly latenciesMs: readonly number[];
  /** The time that counted. */
  readonly durationMs: number;
  /** All that were answered, counted or not. */
  readonly orders: number;
}

/** More than an answer may take, so that a hanging server ends the run with a sentence. */
const PATIENCE_MS = 30_000;

/** The buyers' process. */
export class Buyers {
  private constructor(private readonly program: ForkedProgram) {}

  static async start(): Promise<Buyers> {
    return new Buyers(await ForkedProgram.start('The buyers', join(import.meta.dirname, 'buyers.main.js')));
  }

  get pid(): number {
    return this.program.pid;
  }

  /** @throws {Error} when an order is not delivered. */
  async buy(job: BuyingJob): Promise<BuyingResult> {
    return (await this.program.ask(job, 2 * job.durationMs + PATIENCE_MS)) as BuyingResult;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}
