import { performance } from 'node:perf_hooks';
import { UnknownOutcome, type Fulfiller, type FulfillmentRequest, type Receipt } from '@order-fulfillment/fulfiller-kit';
import { receiptOf } from './fulfiller-answers.js';
import { OutOfTimeError } from './out-of-time.error.js';

/** When the holder of a claim must have stopped. */
export interface TimeLimit {
  /** Aborts at the order's deadline, and in any case before the lease ends. */
  readonly signal: AbortSignal;
  /** By the monotonic clock. */
  readonly leaseEndsAtMs: number;
}

/**
 * The calls of one claim. Directly before each the holder looks at what is left of its lease; no call starts that could
 * outlast it, and none is waited for beyond the limit, even if the fulfiller ignores its signal.
 */
export class GuardedCalls {
  private verbs = 0;
  private told = 0;
  private readonly request: FulfillmentRequest<unknown>;

  constructor(
    private readonly fulfiller: Fulfiller,
    request: FulfillmentRequest<unknown>,
    private readonly timeoutMs: number,
    private readonly limit: TimeLimit,
  ) {
    this.request = Object.freeze({ ...request, onCall: () => (this.told += 1) });
  }

  /** Whether any call was begun. */
  get begun(): boolean {
    return this.verbs > 0;
  }

  /** Calls to the provider so far: as the fulfiller tells them, and at least one for each verb. */
  get count(): number {
    return Math.max(this.verbs, this.told);
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  async fulfill(): Promise<Receipt> {
    return receiptOf(await this.guard(() => this.fulfiller.fulfill(this.request)));
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  async verify(): Promise<Receipt | null> {
    const found = await this.guard(() => this.fulfiller.verify(this.request));
    return found === null ? null : receiptOf(found);
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  async revoke(): Promise<void> {
    await this.guard(() => this.fulfiller.revoke(this.request));
  }

  private async guard<Result>(call: () => Promise<Result>): Promise<Result> {
    const { signal, leaseEndsAtMs } = this.limit;
    if (signal.aborted || leaseEndsAtMs - performance.now() < this.timeoutMs) throw new OutOfTimeError();
    this.verbs += 1;
    return unlessAborted(call(), signal);
  }
}

function unlessAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new UnknownOutcome({ kind: 'timeout', detail: 'No answer came before the deadline of the order.' }));
    signal.addEventListener('abort', stop, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
