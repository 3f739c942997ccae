import { growingWaitMs } from '#payments';
import type { RefundRetry } from '../refunds.options.js';

/** A gateway that has taken a refund on may need days for it: it is looked at ever more seldom, and never given up. */
const FIRST_LOOK_MS = 60_000;
const LONGEST_LOOK_MS = 30 * 60_000;
/** Beyond this, doubling only leaves the range of exact numbers. */
const MAX_DOUBLINGS = 40;

/** When a half that failed passingly is tried again, in milliseconds; null: never by itself, it is too old. Longer each time, with jitter, so that not all come back at once. */
export function retryInMs({ baseMs, maxDelayMs, maxAgeMs }: RefundRetry, tried: { readonly attempts: number; readonly ageMs: number; readonly retryAfterMs: number | null }, random = Math.random): number | null {
  if (tried.ageMs >= maxAgeMs) return null;
  return Math.max(Math.min(tried.retryAfterMs ?? 0, maxAgeMs), growingWaitMs({ baseMs, longestMs: maxDelayMs }, Math.max(tried.attempts - 1, 0), random));
}

/** When a refund that its gateway has taken on is looked at again, in milliseconds. */
export function lookAgainInMs(attempts: number): number {
  return Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** Math.min(Math.max(attempts - 1, 0), MAX_DOUBLINGS));
}
