import { z } from 'zod';
import { readAs, refuse, type Reading } from './reading.js';

const Rfc3339 = z.iso.datetime({ offset: true });
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Reads an RFC 3339 time with its offset. Finer than a millisecond is cut off. */
export function readInstant(text: string): Reading<Date> {
  if (!Rfc3339.safeParse(text).success) return refuse('is no RFC 3339 time with an offset such as 2027-08-01T23:59:59Z');
  const at = new Date(text);
  const inRange = at.getTime() >= EARLIEST_MS && at.getTime() <= LATEST_MS;
  return inRange ? readAs(at) : refuse('is not between 1970 and 9999');
}
