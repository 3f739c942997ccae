import type { DeliveryFailure, Receipt } from '@order-fulfillment/fulfiller-kit';
import { failureOf } from './fulfiller-answers.js';
import type { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

/** What came of an attempt to deliver. */
export type Verdict =
  | { readonly result: 'fulfilled'; readonly receipt: Receipt }
  | {
      readonly result: 'failed';
      readonly failure: DeliveryFailure;
      /** Tried again by itself. */
      readonly passing: boolean;
      /** Nobody could find out what came of it. */
      readonly unknown: boolean;
      /** The next attempt must read back before it calls. */
      readonly mayHaveArrived: boolean;
    }
  | { readonly result: 'not_begun' };

/**
 * Delivers by the calls of one claim, and decides what came of it.
 *
 * Where an earlier call may have arrived, it reads back first. A failure that may have arrived, or that says so little
 * that the product may be there, is read back before it counts. Nothing ends for good while an earlier call may still
 * have arrived and could not be read back.
 */
export async function deliver(calls: GuardedCalls, mayHaveArrived: boolean): Promise<Verdict> {
  try {
    const found = mayHaveArrived ? await calls.verify() : null;
    if (found) return { result: 'fulfilled', receipt: found };
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) return { result: 'not_begun' };
    const failure = failureOf(thrown);
    // Aborted at the deadline it is as open as before what came of the earlier call.
    return { result: 'failed', failure, passing: true, unknown: failure.readBack, mayHaveArrived: true };
  }
  try {
    return { result: 'fulfilled', receipt: await calls.fulfill() };
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError && !calls.begun) return { result: 'not_begun' };
    return judge(calls, failureOf(thrown), mayHaveArrived);
  }
}

async function judge(calls: GuardedCalls, failure: DeliveryFailure, earlierMayHaveArrived: boolean): Promise<Verdict> {
  const { passing, mayHaveArrived } = failure;
  const mustReadBack = failure.readBack || (!passing && (mayHaveArrived || earlierMayHaveArrived));
  if (!mustReadBack) return { result: 'failed', failure, passing, unknown: false, mayHaveArrived };
  const found = await readBack(calls);
  if (found === 'impossible') return { result: 'failed', failure, passing: true, unknown: true, mayHaveArrived: true };
  if (found) return { result: 'fulfilled', receipt: found };
  return { result: 'failed', failure, passing, unknown: false, mayHaveArrived };
}

async function readBack(calls: GuardedCalls): Promise<Receipt | null | 'impossible'> {
  try {
    return await calls.verify();
  } catch {
    // How the call itself ended says more than why it could not be read back.
    return 'impossible';
  }
}
