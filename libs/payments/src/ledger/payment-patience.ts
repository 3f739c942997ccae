import type { PaymentStatus } from './payment.js';

const MINUTE_MS = 60_000;
const LONGEST_MS = 30 * MINUTE_MS;

/** When a payment is read back again by itself, in milliseconds; null where nothing more is to be learned. A buyer who does not come back is waited for with growing patience: half as long again as he was away. */
export function nextCheckMs(status: PaymentStatus, createdAt: Date, nowMs = Date.now()): number | null {
  if (status === 'captured' || status === 'failed') return null;
  return Math.min(LONGEST_MS, Math.max(MINUTE_MS, (nowMs - createdAt.getTime()) / 2));
}

/**
 * When a payment that was called off is looked at once more: it may be captured by a call that was under way then, and whose answer is lost. By then every
 * such call has ended. @param timeoutMs the longest that one may take.
 */
export function lastCheckMs(timeoutMs: number): number {
  return Math.max(MINUTE_MS, 2 * timeoutMs);
}

/** When a gateway is asked again that could not be, `attempts` times in a row. Longer each time, up to half an hour, with jitter, so that not all come back at once. */
export function retryCheckMs(attempts: number, retryAfterMs: number | null, random = Math.random): number {
  return Math.max(retryAfterMs ?? 0, growingWaitMs({ baseMs: 5_000, longestMs: LONGEST_MS }, attempts, random));
}

/** Beyond this, doubling only leaves the range of exact numbers. */
const MAX_DOUBLINGS = 40;

/** A wait that doubles, up to the longest, of which a random half is left out. Milliseconds. */
export function growingWaitMs({ baseMs, longestMs }: { readonly baseMs: number; readonly longestMs: number }, doublings: number, random = Math.random): number {
  const waitMs = Math.min(longestMs, baseMs * 2 ** Math.min(doublings, MAX_DOUBLINGS));
  return waitMs / 2 + (random() * waitMs) / 2;
}
