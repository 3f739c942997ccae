import { type Delivered, LONGEST_REFERENCE, type Receipt } from '@order-fulfillment/fulfiller-kit';
import type { EndpointAnswer } from './endpoint.client.js';
import { type Asked, givenUp, refusal, unreadable } from './endpoint-failures.js';
import { cleaned, objectIn } from './endpoint-words.js';
import type { WebhookOptions } from './webhook.options.js';

const REFERENCE_WANTED = 'a JSON object with a text "reference" was expected';
const NO_PAGE_WANTED = 'a JSON object or nothing was expected';

type Waits = Pick<WebhookOptions, 'verifyAfterMs' | 'deadlineMs'>;

/** 200 or 201: delivered. 202: taken on, for later. @throws {DeliveryFailure} for all else. */
export function deliveredIn(answer: EndpointAnswer, asked: Asked, defaults: Waits): Delivered {
  if (!isYes(answer)) throw refusal(answer, asked);
  if (answer.status > 202) throw unreadable(answer, asked, 'of the yeses, 200 and 202 are understood');
  const receipt = receiptIn(answer, asked);
  return answer.status === 202 ? { ...receipt, ...waitsIn(answer, defaults) } : receipt;
}

/**
 * 200: there. 404: not there. 202: not yet. 409 and 422: it will never be; for a line that was not accepted that is no news, it is not
 * there, and the next delivery is told so in its turn.
 *
 * @throws {DeliveryFailure} for all else.
 */
export function foundIn(answer: EndpointAnswer, asked: Asked, wasAccepted: boolean): Receipt | null {
  const { status } = answer;
  if (status === 200) return receiptIn(answer, asked);
  if (![202, 404, 409, 422].includes(status)) throw isYes(answer) ? unreadable(answer, asked, 'of the yeses, 200 and 202 are understood') : refusal(answer, asked);
  if (!isOwnWord(answer)) throw unreadable(answer, asked, NO_PAGE_WANTED);
  if (status === 202 || status === 404 || !wasAccepted) return null;
  throw givenUp(answer, asked);
}

/** 200, 204, 404 or 410: it is gone. @throws {DeliveryFailure} for all else. */
export function assertGone(answer: EndpointAnswer, asked: Asked): void {
  const isGone = [200, 204, 404, 410].includes(answer.status);
  if (!isGone && !isYes(answer)) throw refusal(answer, asked);
  if (!isGone) throw unreadable(answer, asked, 'of the yeses, 200 and 204 are understood');
  if (!isOwnWord(answer)) throw unreadable(answer, asked, NO_PAGE_WANTED);
}

function isYes({ status }: EndpointAnswer): boolean {
  return status >= 200 && status <= 299;
}

/** A page is the word of a web server that does not know the address, and not of whoever keeps the product. */
function isOwnWord({ text }: EndpointAnswer): boolean {
  return text.trim() === '' || objectIn(text) !== null;
}

function receiptIn(answer: EndpointAnswer, asked: Asked): Receipt {
  const given = objectIn(answer.text)?.['reference'];
  const reference = typeof given === 'string' ? cleaned(given, asked.hidden, LONGEST_REFERENCE) : '';
  if (reference === '') throw unreadable(answer, asked, REFERENCE_WANTED);
  return { reference, httpStatus: answer.status };
}

/** What is accepted is not lost for an odd number: the configured wait is taken instead. */
function waitsIn({ text }: EndpointAnswer, { verifyAfterMs, deadlineMs }: Waits): Waits {
  const { verifyAfterSeconds, deadlineSeconds } = objectIn(text) ?? {};
  const verifyMs = milliseconds(verifyAfterSeconds) ?? verifyAfterMs;
  return { verifyAfterMs: verifyMs, deadlineMs: Math.max(verifyMs, milliseconds(deadlineSeconds) ?? deadlineMs) };
}

function milliseconds(seconds: unknown): number | null {
  return typeof seconds === 'number' && seconds > 0 && seconds <= Number.MAX_SAFE_INTEGER ? seconds * 1_000 : null;
}
