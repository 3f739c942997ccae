const WHOLE_SECONDS = /^\d+$/;
/** Nobody's wait is decided by one answer for longer than a day. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1_000;

/**
 * Reads a `Retry-After` header, a number of seconds or an HTTP date in the form that servers must send (RFC 9110, 5.6.7), as milliseconds
 * from now: 0 for a time that is over, at most a day. Null when it is absent or neither.
 *
 * @param nowMs the time of this machine, in milliseconds since 1970; now when it is left out.
 */
export function retryAfterMs(header: string | null | undefined, nowMs = Date.now()): number | null {
  if (typeof header !== 'string') return null;
  const waitMs = WHOLE_SECONDS.test(header) ? Number(header) * 1_000 : httpDateMs(header) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS);
}

/** NaN for anything that is not written as a server must write it, such as the 31st of February. */
function httpDateMs(text: string): number {
  const date = new Date(text);
  return date.toUTCString() === text ? date.getTime() : NaN;
}
