import { performance } from 'node:perf_hooks';
import type { LmsCall } from '#lms';

/** How long before its lease ends a holder waits for nothing more, so that it can still settle. */
export const SETTLE_MARGIN_MS = 1_000;

/** A holder has not enough of its lease left for another call, so it made none. */
export class OutOfTimeError extends Error {
  constructor() {
    super('The time of the claim was nearly over, so the LMS was not called any more.');
    this.name = 'OutOfTimeError';
  }
}

/**
 * The calls of one claim. Directly before each the holder looks at what is left of its lease, by the monotonic clock: a process that was frozen
 * between two calls does not make the second one any more.
 */
export class TimedCalls {
  private made = 0;
  private readonly stop = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly timeoutMs: number,
    private readonly leaseEndsAtMs: number,
  ) {
    this.timer = setTimeout(() => this.stop.abort(), Math.max(0, this.leftMs()));
  }

  /** Requests that really left. */
  get count(): number {
    return this.made;
  }

  /** For one call: its bounds. */
  next(): LmsCall {
    return { timeoutMs: this.timeoutMs, signal: this.stop.signal, onCall: () => this.begin() };
  }

  /** To be called when there are no more. */
  end(): void {
    clearTimeout(this.timer);
  }

  /** @throws {OutOfTimeError} */
  private begin(): void {
    if (this.leftMs() < this.timeoutMs) throw new OutOfTimeError();
    this.made += 1;
  }

  private leftMs(): number {
    return this.leaseEndsAtMs - SETTLE_MARGIN_MS - performance.now();
  }
}
