import { isAccepted, type Accepted, type DeliveryFailure, type Receipt } from '@order-fulfillment/fulfiller-kit';
import type { Retry } from '#orders';
import { failureOf } from './fulfiller-answers.js';
import type { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

/** What came of an attempt to deliver. */
export type Verdict =
  | { readonly result: 'fulfilled'; readonly receipt: Receipt }
  /** The provider delivers it later. */
  | { readonly result: 'accepted'; readonly acceptance: Accepted }
  /** The provider has accepted it, and it is not there yet, or that could not be found out (`failure`). */
  | { readonly result: 'still_accepted'; readonly inMs: number; readonly failure: DeliveryFailure | null }
  | {
      readonly result: 'failed';
      readonly failure: DeliveryFailure;
      /** When it is tried again by itself; null: never. */
      readonly retry: Retry | null;
      /** Nobody could find out what came of it. */
      readonly unknown: boolean;
      /** The next attempt must read back before it calls. */
      readonly mayHaveArrived: boolean;
    }
  | { readonly result: 'not_begun' };

/** Asked of a failure that is worth another try: when, or null for never. */
export type WhenToRetry = (failure: DeliveryFailure) => Retry | null;

/**
 * Delivers by the calls of one claim, and decides what came of it.
 *
 * Where an earlier call may have arrived, it reads back first. A failure that may have arrived, or that says so little
 * that the product may be there, is read back before it counts. Nothing ends for good while a call may have arrived: it is read
 * back first, and where that cannot be done it is tried again for as long as anything is.
 */
export async function deliver(calls: GuardedCalls, mayHaveArrived: boolean, whenToRetry: WhenToRetry): Promise<Verdict> {
  try {
    const found = mayHaveArrived ? await calls.verify() : null;
    if (found) return { result: 'fulfilled', receipt: found };
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) return { result: 'not_begun' };
    const failure = failureOf(thrown);
    // Aborted at the deadline it is as open as before what came of the earlier call.
    return { result: 'failed', failure, retry: whenToRetry(failure), unknown: failure.readBack, mayHaveArrived: true };
  }
  try {
    const answer = await calls.fulfill();
    return isAccepted(answer) ? { result: 'accepted', acceptance: answer } : { result: 'fulfilled', receipt: answer };
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError && !calls.begun) return { result: 'not_begun' };
    return judge(calls, failureOf(thrown), mayHaveArrived, whenToRetry);
  }
}

async function judge(calls: GuardedCalls, failure: DeliveryFailure, earlierMayHaveArrived: boolean, whenToRetry: WhenToRetry): Promise<Verdict> {
  const { mayHaveArrived } = failure;
  const retry = failure.passing ? whenToRetry(failure) : null;
  const mustReadBack = failure.readBack || (retry === null && (mayHaveArrived || earlierMayHaveArrived));
  if (!mustReadBack) return { result: 'failed', failure, retry, unknown: false, mayHaveArrived };
  const found = await readBack(retry === null ? () => calls.verifyByLease() : () => calls.verify());
  if (found === 'impossible') return { result: 'failed', failure, retry: whenToRetry(failure), unknown: true, mayHaveArrived: true };
  if (found) return { result: 'fulfilled', receipt: found };
  return { result: 'failed', failure, retry, unknown: false, mayHaveArrived };
}

async function readBack(verify: () => Promise<Receipt | null>): Promise<Receipt | null | 'impossible'> {
  try {
    return await verify();
  } catch {
    // How the call itself ended says more than why it could not be read back.
    return 'impossible';
  }
}
