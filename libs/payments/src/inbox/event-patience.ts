import { retryCheckMs } from '../ledger/payment-patience.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** An event may come before the commit that writes the reference it names. After these, nine minutes in all, nobody writes it any more. */
const UNKNOWN_WAITS_MS = [5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 6 * MINUTE_MS] as const;
const LONGEST_MS = 30 * MINUTE_MS;
/** About three days of waits. Tries are counted and not the days, so that nothing is parked because no worker ran. */
const MOST_ATTEMPTS = 200;

/** When an event whose payment is not known is looked at again, in milliseconds; null: not by itself. */
export function unknownRetryMs(attempts: number): number | null {
  return UNKNOWN_WAITS_MS[attempts - 1] ?? null;
}

/** When an event whose gateway could not be asked is looked at again: later each time, with jitter, and never later than in half an hour. Null: not by itself. */
export function awayRetryMs(attempts: number, retryAfterMs: number | null, random = Math.random): number | null {
  return attempts >= MOST_ATTEMPTS ? null : Math.min(LONGEST_MS, retryCheckMs(attempts, retryAfterMs, random));
}
