const WHOLE_SECONDS = /^\d+$/;
/** Nobody's wait is decided by one answer for longer than a day. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1_000;

/** Reads a `Retry-After` header, seconds or an HTTP date, as milliseconds from now: at most a day. Null when it is absent or neither. */
export function retryAfterMs(header: unknown, nowMs = Date.now()): number | null {
  if (typeof header !== 'string') return null;
  const waitMs = WHOLE_SECONDS.test(header) ? Number(header) * 1_000 : httpDateMs(header) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS);
}

/** NaN for anything that is not written as a server must write it. */
function httpDateMs(text: string): number {
  const date = new Date(text);
  return date.toUTCString() === text ? date.getTime() : NaN;
}
