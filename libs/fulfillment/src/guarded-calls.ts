import { performance } from 'node:perf_hooks';
import { UnknownOutcome, type Delivered, type Fulfiller, type FulfillmentRequest, type Receipt } from '@order-fulfillment/fulfiller-kit';
import { deliveredOf, receiptOf } from './fulfiller-answers.js';
import { OutOfTimeError } from './out-of-time.error.js';

/** When the holder of a claim must have stopped. */
export interface TimeLimit {
  /** Aborts at the order's deadline, and in any case before the lease ends. */
  readonly signal: AbortSignal;
  /** When `signal` aborts, by the monotonic clock. */
  readonly stopsAtMs: number;
  /** By the monotonic clock. */
  readonly leaseEndsAtMs: number;
}

/** The part of a request that is known before a call is guarded. */
export type UnguardedRequest = Omit<FulfillmentRequest<unknown>, 'signal' | 'remainingMs' | 'onCall'>;

/** What the calls need to know of a product type. */
export interface CalledType {
  readonly fulfiller: Fulfiller;
  /** The longest that one call may take. */
  readonly timeoutMs: number;
  readonly capabilities: { readonly asynchronous: boolean };
}

/** How long before its lease ends a holder waits for nothing more, so that it can still settle. */
export const SETTLE_MARGIN_MS = 1_000;

/**
 * The calls of one claim. Directly before each the holder looks at what is left of its lease; no call starts that could
 * outlast it, and none is waited for beyond the limit, even if the fulfiller ignores its signal. A fulfiller that tells each of
 * its calls is stopped between them as well: a process that was frozen goes on with the next one before any timer fires.
 */
export class GuardedCalls {
  /** Something may have been taken back. */
  revoking = false;
  private verbs = 0;
  private told = 0;

  constructor(
    private readonly type: CalledType,
    private readonly request: UnguardedRequest,
    private readonly limit: TimeLimit,
  ) {}

  /** Whether any call was begun. */
  get begun(): boolean {
    return this.verbs > 0;
  }

  /** Calls to the provider so far: as the fulfiller tells them, and at least one for each verb. */
  get count(): number {
    return Math.max(this.verbs, this.told);
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  async fulfill(): Promise<Delivered> {
    return deliveredOf(await this.guard(this.limit, (request) => this.type.fulfiller.fulfill(request)), this.type.capabilities);
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  verify(): Promise<Receipt | null> {
    return this.verifyWithin(this.limit);
  }

  /**
   * The last look before a line ends for good. It goes by the lease alone: the deadline of the order may be over, and whoever waits
   * for it waits this much longer.
   *
   * @throws {OutOfTimeError} or what the fulfiller throws.
   */
  verifyByLease(): Promise<Receipt | null> {
    const { leaseEndsAtMs } = this.limit;
    const stopsAtMs = leaseEndsAtMs - SETTLE_MARGIN_MS;
    const leftMs = Math.max(0, Math.floor(stopsAtMs - performance.now()));
    return this.verifyWithin({ signal: AbortSignal.timeout(leftMs), stopsAtMs, leaseEndsAtMs });
  }

  /** @throws {OutOfTimeError} or what the fulfiller throws. */
  async revoke(): Promise<void> {
    await this.guard(this.limit, (request) => {
      this.revoking = true;
      return this.type.fulfiller.revoke(request);
    });
  }

  private async verifyWithin(limit: TimeLimit): Promise<Receipt | null> {
    const found = await this.guard(limit, (request) => this.type.fulfiller.verify(request));
    return found === null ? null : receiptOf(found);
  }

  private async guard<Result>(limit: TimeLimit, call: (request: FulfillmentRequest<unknown>) => Promise<Result>): Promise<Result> {
    this.assertTime(limit);
    this.verbs += 1;
    const onCall = () => {
      this.assertTime(limit);
      this.told += 1;
    };
    const { stopsAtMs } = limit;
    // One for this call: what a fulfiller does to it concerns no other line.
    const signal = AbortSignal.any([limit.signal]);
    const remainingMs = () => (signal.aborted ? 0 : Math.max(0, stopsAtMs - performance.now()));
    // Not every plug-in is checked by a compiler: one that answers at once has answered.
    return unlessAborted(Promise.resolve(call(Object.freeze({ ...this.request, signal, remainingMs, onCall }))), limit.signal);
  }

  private assertTime({ signal, leaseEndsAtMs }: TimeLimit): void {
    if (signal.aborted || leaseEndsAtMs - performance.now() < this.type.timeoutMs) throw new OutOfTimeError();
  }
}

function unlessAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new UnknownOutcome({ kind: 'timeout', detail: 'No answer came before the deadline of the order.' }));
    signal.addEventListener('abort', stop, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
