import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message to sign, in the form of Standard Webhooks (standardwebhooks.com). */
export interface WebhookMessage {
  /** The same whenever the same message is sent again: receivers know it again by it. 1 to 256 visible ASCII characters without a full stop. */
  readonly id: string;
  /** When it is sent, in whole seconds since 1970. Receivers refuse what is older than some minutes. */
  readonly timestampS: number;
  /** Exactly what is sent. */
  readonly body: string | Uint8Array;
  /** As `isWebhookSecret` wants it. */
  readonly secret: string;
}

/** The headers that carry the signature. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** A message as it came, to be judged. */
export interface ReceivedWebhook {
  /** As Node's `request.headers`: names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly what came, before anything parses it. */
  readonly body: string | Uint8Array;
  /** Whoever knows one of them may sign: the new and the old one while a secret is changed. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** How far the message's time may be from `nowMs`, into the past and into the future. Default: 5 minutes. */
  readonly toleranceMs?: number;
}

/** Why a message was refused. Nothing of the message or of a secret is in it. */
export class WebhookSignatureError extends Error {
  constructor(reason: string) {
    super(`The signature of the webhook does not hold: ${reason}.`);
    this.name = 'WebhookSignatureError';
  }
}

const PREFIX = 'whsec_';
const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;
/** The full stop parts what is signed: with one in an identifier, the same signature would fit two messages. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const WHOLE_SECONDS = /^\d{1,11}$/;
const DEFAULT_TOLERANCE_MS = 5 * 60 * 1_000;
/** Room for twenty signatures: a sender that changes its secret sends two. */
const LONGEST_SIGNATURES = 1_024;

/** Whether a text is a secret: `whsec_` and the base64 of 24 to 64 bytes, with its padding. */
export function isWebhookSecret(text: string): boolean {
  if (text.length > PREFIX.length + 2 * MAX_SECRET_BYTES || !SECRET.test(text)) return false;
  const { length } = Buffer.from(text.slice(PREFIX.length), 'base64');
  return length >= MIN_SECRET_BYTES && length <= MAX_SECRET_BYTES;
}

/** The headers for one message. @throws {RangeError} when the secret, the identifier or the time has the wrong form: a bug or a wrong setting of the sender. */
export function signWebhook({ id, timestampS, body, secret }: WebhookMessage): WebhookHeaders {
  if (!ID.test(id)) throw new RangeError('The identifier of a webhook has 1 to 256 visible ASCII characters without a full stop.');
  const timestamp = String(timestampS);
  if (!WHOLE_SECONDS.test(timestamp)) throw new RangeError('The time of a webhook is in whole seconds since 1970.');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature({ id, timestamp, body }, secret) };
}

/**
 * Judges a received message: signed by one of the secrets, and just now. Whether it came before is for the caller, by its `id`.
 *
 * @throws {WebhookSignatureError} when it is not to be believed.
 * @throws {RangeError} when one of our own secrets has the wrong form.
 */
export function verifyWebhook({ headers, body, secrets, nowMs, toleranceMs = DEFAULT_TOLERANCE_MS }: ReceivedWebhook): { readonly id: string } {
  const id = onlyHeader(headers, 'webhook-id');
  const timestamp = onlyHeader(headers, 'webhook-timestamp');
  const signatures = onlyHeader(headers, 'webhook-signature');
  if (!ID.test(id)) throw new WebhookSignatureError('webhook-id is not 1 to 256 visible ASCII characters without a full stop');
  if (!WHOLE_SECONDS.test(timestamp)) throw new WebhookSignatureError('webhook-timestamp is not a number of whole seconds');
  if (signatures.length > LONGEST_SIGNATURES) throw new WebhookSignatureError('webhook-signature is too long');
  const ageMs = nowMs - Number(timestamp) * 1_000;
  // The time is judged only after the signature, so that nobody learns by it what a signature would be worth.
  const expected = secrets.map((secret) => signature({ id, timestamp, body }, secret));
  if (!anyMatches(signatures.split(' '), expected)) throw new WebhookSignatureError('no signature in webhook-signature is by a secret known here');
  if (ageMs > toleranceMs) throw new WebhookSignatureError('webhook-timestamp is too far in the past');
  if (-ageMs > toleranceMs) throw new WebhookSignatureError('webhook-timestamp is too far in the future');
  return { id };
}

/** Node joins a repeated header with a comma and a space, which none of the three can hold within one value. */
function onlyHeader(headers: ReceivedWebhook['headers'], name: keyof WebhookHeaders): string {
  const value = headers[name];
  if (value === undefined || value === '') throw new WebhookSignatureError(`${name} is missing`);
  if (typeof value !== 'string' || value.includes(', ')) throw new WebhookSignatureError(`${name} was sent more than once`);
  return value;
}

function signature({ id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string | Uint8Array }, secret: string): string {
  if (!isWebhookSecret(secret)) throw new RangeError(`A webhook secret is ${PREFIX} and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes.`);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Compares all with all and each in constant time, so that the time taken tells nothing of what would match. */
function anyMatches(given: readonly string[], expected: readonly string[]): boolean {
  return given.flatMap((one) => expected.map((other) => isSame(one, other))).includes(true);
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
