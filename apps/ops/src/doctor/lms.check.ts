import http from 'node:http';
import https from 'node:https';
import { types } from 'node:util';
import { fail, ok, skipped, warn, type Finding } from './check.js';
import { clockFinding } from './clock.js';

/** A `Date` header has no fractions: on average it is half a second old. */
const HEADER_AGE_MS = 500;

export interface LmsFacts {
  readonly httpStatus: number;
  /** Where else it sends us: an origin. Null: nowhere. */
  readonly redirectsTo: string | null;
  /** Its clock less this machine's; null where it tells no time. */
  readonly aheadMs: number | null;
}

/** The LMS gave no answer. */
export class LmsAwayError extends Error {
  constructor(cause: unknown) {
    super(`The LMS cannot be reached: ${wordsOf(cause)}.`, { cause });
    this.name = 'LmsAwayError';
  }
}

/** Asks the LMS for the head of its front page, with no credentials, and follows no redirect. @throws {LmsAwayError} */
export async function askLms(lmsUrl: string, limitMs: number): Promise<LmsFacts> {
  const url = new URL(lmsUrl);
  [url.username, url.password] = ['', ''];
  const askedAtMs = Date.now();
  const { statusCode, headers } = await headOf(url, limitMs);
  const origin = URL.parse(headers.location ?? '', url.href)?.origin;
  const dateMs = Date.parse(headers.date ?? '');
  return {
    httpStatus: statusCode ?? 0,
    redirectsTo: headers.location === undefined || origin === undefined || origin === url.origin ? null : origin,
    aheadMs: Number.isNaN(dateMs) ? null : dateMs + HEADER_AGE_MS - (askedAtMs + Date.now()) / 2,
  };
}

/** Not by `fetch`: that one refuses some ports, which deliveries do not. */
function headOf(url: URL, limitMs: number): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'HEAD', agent: false, signal: AbortSignal.timeout(limitMs) }, (answer) => resolve(answer.resume()));
    asked.once('error', (error) => reject(new LmsAwayError(error)));
    asked.end();
  });
}

export async function lmsCheck(ask: () => Promise<LmsFacts>): Promise<Finding> {
  try {
    const { httpStatus, redirectsTo } = await ask();
    if (httpStatus >= 500) return fail(`The LMS answers ${httpStatus}.`, 'It is down, or being upgraded: what is due waits and is tried again by itself. Ask who runs it.');
    if (redirectsTo !== null) return warn(`The LMS answers with a redirect to ${redirectsTo}.`, 'Redirects are never followed: if deliveries fail, set LMS_URL to the address at which it really is.');
    return ok('The LMS answers.');
  } catch (error) {
    if (error instanceof LmsAwayError) return fail(error.message, 'Start the LMS, see to it that this machine may reach it, or mend LMS_URL. What is due waits and is tried again by itself.');
    throw error;
  }
}

export async function lmsClockCheck(ask: () => Promise<LmsFacts>): Promise<Finding> {
  try {
    const { aheadMs } = await ask();
    return aheadMs === null ? skipped('the LMS tells no time') : clockFinding(aheadMs, 'The LMS');
  } catch (error) {
    if (error instanceof LmsAwayError) return skipped('the LMS cannot be reached');
    throw error;
  }
}

/** A name with several addresses fails once for each, under an error without words. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  if (!types.isNativeError(error)) return String(error);
  return error.name === 'AbortError' ? 'no answer in time' : error.message;
}
