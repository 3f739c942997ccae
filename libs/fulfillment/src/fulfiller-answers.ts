import {
  DeliveryFailure,
  FAILURE_KINDS,
  LONGEST_DEADLINE_MS,
  LONGEST_REFERENCE,
  LONGEST_VERIFY_MS,
  SHORTEST_VERIFY_MS,
  isDeliveryFailure,
  type Accepted,
  type Delivered,
  type FailureKind,
  type Receipt,
} from '@order-fulfillment/fulfiller-kit';
import { OutOfTimeError } from './out-of-time.error.js';

/**
 * What a fulfiller says, made fit to be written. Plug-ins are not all written in TypeScript, and providers send anything:
 * one odd answer must not keep the outcome of a whole order from being recorded.
 */
const NO_WORDS = 'The fulfiller gave no words.';

/** A receipt. @throws {TypeError} when it is none: a bug of the fulfiller. */
export function receiptOf(returned: unknown): Receipt {
  const { reference, httpStatus } = (returned ?? {}) as { reference?: unknown; httpStatus?: unknown };
  if (typeof reference !== 'string') throw new TypeError('The fulfiller returned no receipt: return { reference }.');
  const status = statusOf(httpStatus);
  return { reference: text(reference).slice(0, LONGEST_REFERENCE), ...(status === null ? {} : { httpStatus: status }) };
}

/**
 * A receipt, or an acceptance whose times are brought into their bounds: what a provider has accepted is never lost for a number.
 *
 * @throws {TypeError} when it is neither, or accepted by a fulfiller that does not say that it may be: a bug of the fulfiller.
 */
export function deliveredOf(returned: unknown, { asynchronous }: { readonly asynchronous: boolean }): Delivered {
  const receipt = receiptOf(returned);
  const { deadlineMs, verifyAfterMs } = returned as Partial<Record<keyof Accepted, unknown>>;
  if (deadlineMs === undefined) return receipt;
  if (!asynchronous) throw new TypeError('The fulfiller accepted a line for later, and its manifest does not say capabilities.asynchronous.');
  if (!isWait(deadlineMs) || !isWait(verifyAfterMs)) throw new TypeError('The fulfiller accepted a line without saying until when: return { reference, verifyAfterMs, deadlineMs }.');
  const verify = within(verifyAfterMs, SHORTEST_VERIFY_MS, LONGEST_VERIFY_MS);
  return { ...receipt, verifyAfterMs: verify, deadlineMs: within(deadlineMs, verify, LONGEST_DEADLINE_MS) };
}

/** What was thrown, as a failure. What the contract does not know is a bug: it lasts, and its text stays out of the order. */
export function failureOf(thrown: unknown): DeliveryFailure {
  if (isDeliveryFailure(thrown)) return fitFailure(thrown);
  if (thrown instanceof OutOfTimeError) return new DeliveryFailure({ kind: 'timeout', detail: thrown.message, passing: true, cause: thrown });
  return new DeliveryFailure({
    kind: 'unknown',
    detail: 'The fulfiller broke down: the log has the error. Repair it, then send the line again.',
    passing: false,
    mayHaveArrived: true,
    cause: thrown,
  });
}

/** In doubt a call may have arrived, and nothing is tried again by itself. */
function fitFailure(failure: DeliveryFailure): DeliveryFailure {
  const { kind, detail, passing, httpStatus, mayHaveArrived, readBack, everywhere, retryAfterMs, cause }: Partial<Record<keyof DeliveryFailure, unknown>> = failure;
  const status = statusOf(httpStatus);
  return new DeliveryFailure({
    kind: isKind(kind) ? kind : 'unknown',
    detail: typeof detail === 'string' ? text(detail) : NO_WORDS,
    passing: passing === true,
    mayHaveArrived: mayHaveArrived !== false,
    readBack: readBack === true,
    everywhere: everywhere === true,
    ...(isWait(retryAfterMs) && { retryAfterMs }),
    cause,
    ...(status === null ? {} : { httpStatus: status }),
  });
}

function isKind(kind: unknown): kind is FailureKind {
  return FAILURE_KINDS.some((known) => known === kind);
}

function within(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}

function statusOf(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599 ? Number(value) : null;
}

function isWait(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** PostgreSQL takes no NUL, and no screen wants control characters, or words that turn others round. */
function text(words: string): string {
  const clean = words.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
  return clean === '' ? NO_WORDS : clean;
}
