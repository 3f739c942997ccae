import { types } from 'node:util';
import { type AxiosError, isAxiosError, isCancel } from 'axios';
import { wasConnected } from './lms.connections.js';
import { LmsUnansweredError, type UnansweredEnd } from './lms.errors.js';

const DETAILS: Readonly<Record<UnansweredEnd, string>> = {
  timeout: 'The LMS did not answer in time.',
  network: 'The connection to the LMS failed',
  unreadable: 'The answer of the LMS cannot be read',
};

/** The caller had given up before anything was sent. */
export function notBegun(): LmsUnansweredError {
  return new LmsUnansweredError({ end: 'network', mayHaveArrived: false, detail: 'The call to the LMS was not begun: its time was over.' });
}

/** The LMS answered, and what came is not what it should be. */
export function unreadable(detail: string): LmsUnansweredError {
  return new LmsUnansweredError({ end: 'unreadable', mayHaveArrived: true, detail });
}

/** An error of axios carries its request, API key included, so it goes no further: only what the network said is kept. */
export function failUnanswered(error: unknown): never {
  if (!isAxiosError(error)) throw error;
  const end = endOf(error);
  const mayHaveArrived = error.request === undefined ? isCancel(error) : wasConnected(error.request);
  if (!mayHaveArrived && end === 'timeout') {
    throw new LmsUnansweredError({ end: 'network', mayHaveArrived, detail: 'The LMS could not be reached in time.' });
  }
  throw new LmsUnansweredError({ end, mayHaveArrived, detail: detailOf(end, error.code), cause: error.cause });
}

/** An answer that had begun, and does not go on. @param stopped whether we ended it ourselves. */
export function brokenOff(error: unknown, stopped: boolean): LmsUnansweredError {
  const code = types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const end = stopped ? 'timeout' : isUnreadable(code ?? '') ? 'unreadable' : 'network';
  return new LmsUnansweredError({ end, mayHaveArrived: true, detail: detailOf(end, code) });
}

function detailOf(end: UnansweredEnd, code: string | undefined): string {
  return DETAILS[end] + (end === 'timeout' || code === undefined ? '' : ` (${code}).`);
}

/** `ERR_BAD_RESPONSE` without an answer: larger than we read. */
function endOf(error: AxiosError): UnansweredEnd {
  if (isCancel(error)) return 'timeout';
  const code = error.code ?? '';
  const tooLarge = code === 'ERR_BAD_RESPONSE' && error.response === undefined;
  return tooLarge || isUnreadable(code) ? 'unreadable' : 'network';
}

/** `HPE_`: not HTTP. `Z_`: wrongly compressed. */
function isUnreadable(code: string): boolean {
  return code.startsWith('HPE_') || code.startsWith('Z_');
}
