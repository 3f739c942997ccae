import { DeliveryFailure, SHORTEST_VERIFY_MS } from '@order-fulfillment/fulfiller-kit';
import type { Acceptance } from '#orders';
import { failureOf } from './fulfiller-answers.js';
import type { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';
import type { Verdict } from './verdict.js';

const NOT_BY_ITS_DEADLINE = 'The provider accepted it, and did not deliver it by its deadline.';

/**
 * Looks how far the provider is with a line that it has accepted: it is asked to verify, never to deliver again.
 *
 * It stays with the provider until it is there, until the provider says for good that it will not be, or until its time is over. A
 * provider that cannot be asked says nothing of the line.
 *
 * @param now by the database's clock.
 */
export async function look(calls: GuardedCalls, acceptance: Acceptance, now: () => Date): Promise<Verdict> {
  try {
    const receipt = await calls.verify();
    return receipt ? { result: 'fulfilled', receipt } : goesOn(acceptance, now(), null);
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError && !calls.begun) return { result: 'not_begun' };
    const failure = failureOf(thrown);
    return failure.passing ? goesOn(acceptance, now(), failure) : ended(failure, false);
  }
}

/** Ends an acceptance of which nobody could find out. The provider may deliver it all the same: the next attempt reads back first. */
export function abandoned(detail: string): Verdict {
  return ended(overdue(detail), true);
}

/** An accepted line stays with its provider: it is looked at again when its time is over, at the latest. `failure`: why nobody could look now. */
export function goesOn({ verifyEveryMs, until }: Acceptance, now: Date, failure: DeliveryFailure | null): Verdict {
  const leftMs = until.getTime() - now.getTime();
  if (leftMs > 0) return { result: 'still_accepted', inMs: Math.min(Math.max(failure?.retryAfterMs ?? verifyEveryMs, SHORTEST_VERIFY_MS), leftMs), failure };
  if (failure) return ended(overdue(`${NOT_BY_ITS_DEADLINE} It could not be read back: ${failure.detail}`, failure.httpStatus), true);
  return ended(overdue(`${NOT_BY_ITS_DEADLINE} It was read back: it is not there.`), false);
}

function overdue(detail: string, httpStatus: number | null = null): DeliveryFailure {
  return new DeliveryFailure({ kind: 'timeout', detail, passing: false, ...(httpStatus !== null && { httpStatus }) });
}

function ended(failure: DeliveryFailure, unknown: boolean): Verdict {
  return { result: 'failed', failure, retry: null, unknown, mayHaveArrived: true };
}
